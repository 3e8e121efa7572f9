"""Conformance checks that every plug-in passes; the tests of an own part can call them."""
