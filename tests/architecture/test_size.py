"""The size ceiling: what no longer fits on a page is split before it is merged."""

from tests.architecture.sources import Function, Source, sources

FILE_LINES = 400
FUNCTION_LINES = 50
POSITIONAL = 3
# what nearly every function is handed, and nobody mistakes for another argument
NOT_COUNTED = {"self", "cls", "session", "actor"}


def test_no_file_is_longer_than_the_ceiling() -> None:
    too_long = [f"{source.path}: {source.lines} lines" for source in checked() if source.lines > FILE_LINES]

    assert too_long == []


def test_no_function_is_longer_than_the_ceiling() -> None:
    too_long = [
        f"{source.place(function)} {function.name}: {length(function)} lines"
        for source in checked()
        for function in source.functions()
        if length(function) > FUNCTION_LINES
    ]

    assert too_long == []


def test_no_function_takes_more_than_three_positional_arguments() -> None:
    """Beyond session and actor; tests are exempt, their arguments are fixtures found by name."""
    too_many = [
        f"{source.place(function)} {function.name}({', '.join(positional(function))})"
        for source in checked()
        if source.path.parts[0] != "tests"
        for function in source.functions()
        if len(positional(function)) > POSITIONAL
    ]

    assert too_many == []


def checked() -> list[Source]:
    """All but migrations: Alembic writes them, and their length follows the tables."""
    everything = sources("services", "shared", "deploy", "tests")
    return [source for source in everything if "versions" not in source.path.parts]


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def positional(function: Function) -> list[str]:
    arguments = [*function.args.posonlyargs, *function.args.args]
    return [argument.arg for argument in arguments if argument.arg not in NOT_COUNTED]
