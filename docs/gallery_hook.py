"""MkDocs hook: the gallery's page and pictures, from what is committed in results/reference."""

from __future__ import annotations

from typing import Any

from loopsim.experiment import gallery

PAGE, MARK = "gallery.md", "<!-- gallery -->"


def on_files(files: Any, config: Any) -> Any:
    """Pictures become files of the site."""
    from mkdocs.structure.files import File

    for uri, picture in gallery.pictures().items():
        files.append(File.generated(config, uri, abs_src_path=str(picture.resolve())))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The gallery stands where its mark is."""
    return markdown.replace(MARK, gallery.page()) if page.file.src_uri == PAGE else markdown
