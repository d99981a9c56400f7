"""Owns the support agent: it answers a customer's message from templates and facts, or asks.

The message decides only which of the operator's templates is used and about which topic. None of
its text goes into a reply but the subject, so an instruction hidden in it has nothing to act on.
"""

from dataclasses import dataclass

from aios_defs.agents.reply_mail import OPERATION, reply_address, reply_proposal
from aios_defs.agents.support_pack import (
    Customer,
    Rules,
    earlier_messages,
    free_answer,
    read_customer,
    read_facts,
    read_operator,
    read_rules,
    read_templates,
    stated_facts,
    text_of,
    waiting_message,
)
from aios_defs.core.business import Category
from aios_defs.core.classify import Classification, classify
from aios_defs.core.decision import (
    Claim,
    ContextPack,
    Decision,
    FactProposal,
    PackItem,
    Proposal,
    Question,
)
from aios_defs.core.folding import own_words
from aios_defs.core.rendering import Filling, Mention, Missing, mentions, render

ANSWER_TEMPLATE = "answer"
"""The operator's template around an answer of their own; `{{ answer }}` stands for its text."""

_PLAIN_ANSWER = "{{ customer.name }},\n\n{{ answer }}\n\n{{ operator.signature }}\n"
_NAMELESS_ANSWER = "{{ answer }}\n\n{{ operator.signature }}\n"
_CERTAIN = 1.0
_MENTIONED = 0.9
_ASKED_ABOUT = "asked_about"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One message with what is known around it."""

    pack: ContextPack
    message: PackItem
    rules: Rules
    customer: Customer
    topics: tuple[Mention, ...]
    classified: Classification

    @property
    def category(self) -> Category | None:
        """The operator's category of the message, when it is clear."""
        name = self.classified.category
        return next((one for one in self.rules.categories if one.name == name), None)


class SupportAgent:
    """Answers what the operator's templates and facts answer, and asks for the rest."""

    name = "support"
    version = "1"
    destination = None

    def decide(self, pack: ContextPack) -> Decision:
        """Return the decision on the last inbound message; never raises on an odd pack."""
        message = waiting_message(pack)
        if message is None:
            return _settled("Nothing here waits for an answer.")
        rules = read_rules(pack)
        if not reply_address(message) or OPERATION not in rules.operations:
            return _handed_over("there is no address, or no operation, to answer with")
        case = _case(pack, message, rules)
        answer = free_answer(pack)
        if answer:
            return _answered(case, answer)
        if rules.sensitive:
            return _handed_over(f"signs of {', '.join(rules.sensitive)}", case.category)
        return _by_category(case)


def _case(pack: ContextPack, message: PackItem, rules: Rules) -> _Case:
    subject = text_of(message.data.get("subject"))
    words = f"{subject}\n{own_words(message.text)}" if subject else message.text
    return _Case(
        pack=pack,
        message=message,
        rules=rules,
        customer=read_customer(pack),
        topics=_topics(pack, message, rules),
        classified=classify(words, rules.categories),
    )


def _topics(pack: ContextPack, message: PackItem, rules: Rules) -> tuple[Mention, ...]:
    """Return the topics of the message, of its subject, or of the latest message that has any."""
    texts = [own_words(message.text), text_of(message.data.get("subject"))]
    texts += [own_words(one.text) for one in earlier_messages(pack, message)]
    return next((found for text in texts if (found := mentions(text, rules.topics))), ())


def _by_category(case: _Case) -> Decision:
    category = case.category
    if category is None:
        return _asked(case, "How should this be answered?", "No category of the catalog fits well.")
    if category.handling == "hand_over":
        return _handed_over(f"category {category.name}", category)
    if category.handling == "no_reply":
        reason = f"Category {category.name} needs no reply."
        return _settled(reason, category, case.classified.confidence)
    template = read_templates(case.pack).get(category.template or "", "")
    if not template.strip():
        text = f"How should this be answered? Category {category.name} has no template."
        return _asked(case, text, "There is no template to fill.")
    return _from_template(case, category, template)


def _from_template(case: _Case, category: Category, template: str) -> Decision:
    rendered = render(template, _filling(case))
    if rendered.missing:
        return _asked_for(case, rendered.missing[0])
    return Decision(
        outcome="propose",
        category=category.name,
        proposals=(_proposal(case, rendered.text, rendered.claims),),
        facts=_remembered(case),
        rationale=f"Category {category.name}; template {category.template}.",
        confidence=case.classified.confidence,
    )


def _answered(case: _Case, answer: str) -> Decision:
    """Wrap the operator's own words; with a template of theirs where there is one."""
    fallback = _PLAIN_ANSWER if case.customer.name else _NAMELESS_ANSWER
    template = read_templates(case.pack).get(ANSWER_TEMPLATE, "")
    rendered = render(template if "answer" in template else fallback, _filling(case, answer))
    if rendered.missing:
        rendered = render(fallback, _filling(case, answer))
    return Decision(
        outcome="propose",
        category=case.classified.category,
        proposals=(_proposal(case, rendered.text, rendered.claims),),
        rationale="The operator's own answer.",
        confidence=_CERTAIN,
    )


def _proposal(case: _Case, body: str, claims: tuple[Claim, ...]) -> Proposal:
    return reply_proposal(case.message, body, connector=case.rules.connector, claims=claims)


def _filling(case: _Case, answer: str = "") -> Filling:
    operator = read_operator(case.pack)
    name = case.customer.name
    return Filling(
        plain={
            "answer": answer,
            "customer.name": name,
            "customer.first_name": name.partition(" ")[0],
            "operator.name": operator.get("name", ""),
            "operator.business": operator.get("business", ""),
            "operator.signature": operator.get("signature", ""),
        },
        facts=read_facts(case.pack),
        topics=tuple(one.topic for one in case.topics),
        answers=stated_facts(case.pack),
        language=operator.get("language") or "en",
    )


def _remembered(case: _Case) -> tuple[FactProposal, ...]:
    """Propose to remember what a known lead plainly asked about, with the words that say so.

    Of customers and strangers it is not worth the operator's look.
    """
    own = own_words(case.message.text)
    if not case.customer.is_known_lead or not own or own not in case.message.text:
        return ()
    start = case.message.text.index(own)
    return tuple(
        FactProposal(
            subject=case.customer.subject or "",
            predicate=_ASKED_ABOUT,
            value={"text": found.topic},
            source=case.message.name,
            span=(start + found.span[0], start + found.span[1]),
            confidence=_MENTIONED,
        )
        for found in mentions(own, case.rules.topics)[:1]
    )


def _asked_for(case: _Case, missing: Missing) -> Decision:
    if missing.topic is None:
        text = (
            f"How should this be answered? It asks for {missing.predicate}, of what is not clear."
        )
        return _asked(case, text, f"No topic was recognised for {missing.predicate}.")
    question = Question(
        text=f"{missing.topic}: what is the {missing.predicate.replace('_', ' ')}?",
        predicate=missing.predicate,
        topic=missing.topic,
    )
    return Decision(
        outcome="ask",
        category=case.classified.category,
        question=question,
        rationale=f"The template needs {missing.predicate} of {missing.topic}; no fact states it.",
        confidence=case.classified.confidence,
    )


def _asked(case: _Case, text: str, reason: str) -> Decision:
    return Decision(
        outcome="ask",
        category=case.classified.category,
        question=Question(text=text),
        rationale=reason,
        confidence=case.classified.confidence,
    )


def _handed_over(reason: str, category: Category | None = None) -> Decision:
    text = f"This one is yours to answer: {reason}."
    return Decision(
        outcome="hand_over",
        category=category.name if category else None,
        question=Question(text=text),
        rationale=text,
        confidence=_CERTAIN,
    )


def _settled(
    reason: str, category: Category | None = None, confidence: float = _CERTAIN
) -> Decision:
    return Decision(
        outcome="no_reply",
        category=category.name if category else None,
        rationale=reason,
        confidence=confidence,
    )
