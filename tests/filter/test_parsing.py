"""The grammar takes pyparsing's parser alone; the package is there for whoever asks for it."""

import subprocess
import sys

_READS = """
from scaptui.filter.grammar import parse_items
test, = parse_items("proc.name = nginx")
assert test.operand.name == "proc.name", test
"""


def _runs(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_filter_is_read_without_the_package() -> None:
    _runs(
        "import sys\n" + _READS + "for name in ('', '.helpers', '.common', '.testing'):\n"
        "    assert 'pyparsing' + name not in sys.modules, name\n"
    )


def test_the_package_can_be_had_afterwards_and_shares_the_parser() -> None:
    _runs(
        _READS + "import pyparsing\n"
        "from scaptui.filter import parsing\n"
        "assert pyparsing.Regex is parsing.Regex\n"
        "assert pyparsing.common.integer.parse_string('3')[0] == 3\n"
        "assert pyparsing.testing.TestParseResultsAsserts\n"
    )


def test_a_package_that_was_there_before_is_left_alone() -> None:
    _runs(
        "import sys, pyparsing\n" + _READS + "assert sys.modules['pyparsing'] is pyparsing\n"
        "assert pyparsing.testing\n"
    )


# As a release of pyparsing could have it: without the package run the parser is not found.
_NEEDS_ITS_PACKAGE = """
import sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "pyparsing.core":
            if not hasattr(sys.modules["pyparsing"], "__version__"):
                raise ImportError(name)
            sys.meta_path.remove(self)

sys.meta_path.insert(0, Finder())
"""


def test_a_parser_that_needs_its_package_gets_it() -> None:
    _runs(_NEEDS_ITS_PACKAGE + _READS + "assert 'pyparsing.testing' in sys.modules\n")
