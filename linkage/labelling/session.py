"""A labelling session: one pair after the other, one key each, every answer on the disk before the next is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from linkage.labelling.console import Console
from linkage.labelling.label_file import LabelFile
from linkage.labelling.labels import LABELS, Label
from linkage.labelling.screen import key_line, progress_line, render_pair
from linkage.labelling.shown import ShownPair
from linkage.labelling.words import HELP, KEYS, WORDS, Language


@dataclass(frozen=True)
class Question:
    """A pair to ask about, and what is kept of how it was drawn: the strategy, and its inclusion probability."""

    pair: ShownPair
    note: str
    inclusion: float | None


@dataclass
class Session:
    """The state of a session: which question is up, and the answers so far, None where one was taken back."""

    questions: Sequence[Question]
    file: LabelFile
    labeller: str
    language: Language
    now: Callable[[], datetime]
    answers: list[str] = field(default_factory=list)

    def run(self, console: Console) -> dict[str, int]:
        """Ask until all questions are answered or the labeller quits; return how often each label was given."""
        notice = ""
        while len(self.answers) < len(self.questions):
            self._show(console, notice)
            notice = ""
            key = console.key()
            if key is None:
                break
            action = KEYS[self.language].get(key)
            if action == "quit":
                break
            if action == "help":
                console.show(HELP[self.language], WORDS[self.language]["any_key"])
                if console.key() is None:
                    break
            elif action == "undo":
                notice = self._undo()
            elif action is None:
                notice = f"{WORDS[self.language]['press']} {' '.join(KEYS[self.language])}"
            else:
                self._answer(action)
        return self.given()

    def given(self) -> dict[str, int]:
        """Return how often each label was given."""
        return {label: self.answers.count(label) for label in LABELS}

    def _answer(self, label: str) -> None:
        asked = self.questions[len(self.answers)]
        pair = asked.pair
        self.file.append(
            Label(pair.left_id, pair.right_id, label, self.labeller, self.now(), asked.note, asked.inclusion)
        )
        self.answers.append(label)

    def _undo(self) -> str:
        words = WORDS[self.language]
        if not self.answers:
            return words["nothing_to_undo"]
        self.answers.pop()
        return words["undone"] if self.file.take_back() else words["kept"]

    def _show(self, console: Console, notice: str) -> None:
        width, height = console.size()
        asked = len(self.answers)
        head = progress_line(asked + 1, len(self.questions), self.given(), language=self.language)
        page = render_pair(
            self.questions[asked].pair,
            head,
            width=width,
            height=height - bool(notice),
            language=self.language,
            styled=console.styled,
        )
        prompt = key_line(self.language)
        console.show(page, f"{notice}\n{prompt}" if notice else prompt)
