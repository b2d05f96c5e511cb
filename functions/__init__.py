"""The first module of a function to be imported. Every other `__init__.py` is empty."""

from shared.garbage import import_begins

import_begins()
