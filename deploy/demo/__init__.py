"""The demonstration: the whole walk through the product's real doors, as outside clients go it, each step checked."""

from deploy.demo.failed import StepFailed
from deploy.demo.loading import load
from deploy.demo.playing import play

__all__ = ["StepFailed", "load", "play"]
