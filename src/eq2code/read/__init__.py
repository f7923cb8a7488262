"""What is meant? From notation to formula: names, scopes, shapes, and every choice recorded."""

from eq2code.read.conventions import TABLE
from eq2code.read.reader import Reading, read

__all__ = ["TABLE", "Reading", "read"]
