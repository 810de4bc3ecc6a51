"""What ends a demonstration: a step that was not as it should be, in one sentence for the person who watches."""


class StepFailed(Exception):
    """A check that found something else, a door that refused, or an effect that did not come in time."""
