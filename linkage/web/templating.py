"""Templates that are told once in which language: sentences without a gap are looked up when a template is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup


class Translated(Environment):
    """An environment of one language: a page has hundreds of sentences, and each took as long as a value to look up.

    ``said``: what is said in that language for a sentence of the source.
    """

    said: Callable[[str], str]

    def _generate(self, source: nodes.Template, *given: Any, **named: Any) -> str:
        return super()._generate(_Sentences(self.said).visit(source), *given, **named)


class _Sentences(NodeTransformer):
    """Puts what is said in the place of ``{{ _('…') }}``; what is part of an expression is said when that is worked
    out."""

    def __init__(self, said: Callable[[str], str]) -> None:
        self._said = said

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802, as the class above calls it
        """Visit a stretch of text and values."""
        self.generic_visit(node)
        node.nodes = [self._told(part) for part in node.nodes]
        return node

    def _told(self, part: nodes.Expr) -> nodes.Expr:
        match part:
            case nodes.Call(
                node=nodes.Name(name="_"),
                args=[nodes.Const(value=str(sentence))],
                kwargs=[],
                dyn_args=None,
                dyn_kwargs=None,
            ):
                # As where a sentence has gaps: a sign of per cent stands twice.
                told = str(Markup(self._said(sentence)) % {})
                return nodes.TemplateData(told, lineno=part.lineno)
        return part
