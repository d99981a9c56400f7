"""Proves what telling by ntfy promises, against a server on this machine that plays faults."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from aios_defs.core.business import NtfyPlace
from aios_defs.core.errors import OutsideFailed, OutsideUncertain
from aios_defs.core.telling import Message, TellingKind
from resources.messengers.ntfy import NtfyMessenger
from resources.testing.ntfy_server import NtfyServer
from tests.contract.messengers import MESSAGE, OTHER, MessengerContract

ALL: tuple[TellingKind, ...] = ("urgent", "digest", "test")


@dataclass
class NtfyRig:
    """An ntfy server on this machine; its outside is what it keeps."""

    server: NtfyServer
    messenger: NtfyMessenger = field(init=False)

    def __post_init__(self) -> None:
        self.messenger = self.made(NtfyPlace(url=self.server.url, topic="pat"))

    def made(self, place: NtfyPlace, token: str | None = None) -> NtfyMessenger:
        return NtfyMessenger(place, ALL, lambda _: token, seconds=0.5)

    def told(self, message: Message) -> int:
        kept = self.server.kept.get("pat", [])
        return sum(message.key[:16] in str(one) for one in kept)

    def break_before(self) -> None:
        self.server.faults.append(429)

    def break_after(self) -> None:
        self.server.faults.append("drop_after")


class TestNtfyMessenger(MessengerContract):
    """Notifications are published once and found by their key in what the server keeps."""

    @pytest.fixture
    def rig(self) -> Iterator[NtfyRig]:
        with NtfyServer(now=MESSAGE.made_at.timestamp()) as server:
            yield NtfyRig(server)

    @pytest.mark.parametrize("fault", [500, 503, "drop_before", "drop_after", "hang_after"])
    def test_no_clear_answer_is_uncertain(self, rig: NtfyRig, fault: int | str) -> None:
        """A failing server, a closed connection and a silence may all have told."""
        rig.server.faults.append(fault)

        with pytest.raises(OutsideUncertain):
            rig.messenger.send(MESSAGE, lambda: None)

    @pytest.mark.parametrize("status", [429, 401, 403, 404, 301])
    def test_a_refusal_says_whether_to_try_again(self, rig: NtfyRig, status: int) -> None:
        """Too many is tried again; a wrong token, topic or address is not."""
        rig.server.faults.append(status)

        with pytest.raises(OutsideFailed, match=str(status)) as caught:
            rig.messenger.send(MESSAGE, lambda: None)

        assert caught.value.fields["retryable"] is (status == 429)

    def test_nobody_there_is_tried_again(self) -> None:
        """A refused connection told nothing."""
        with NtfyServer() as server:
            gone = NtfyRig(server).messenger

        with pytest.raises(OutsideFailed) as caught:
            gone.send(MESSAGE, lambda: None)

        assert caught.value.fields["retryable"] is True
        assert gone.find(MESSAGE).answer == "unknown"

    def test_the_token_goes_with_every_request(self, rig: NtfyRig) -> None:
        """A protected topic is written and read with the token, which stands in no error."""
        rig.server.token = "tk_0123"
        place = NtfyPlace(url=rig.server.url, topic="pat", token_env="NTFY_TOKEN")
        messenger = rig.made(place, "tk_0123")

        messenger.send(MESSAGE, lambda: None)
        messenger.find(MESSAGE)

        assert {one for _, one in rig.server.requests} == {"Bearer tk_0123"}

    @pytest.mark.parametrize("token", [None, "", "two words", "tök\r\nX: y"])
    def test_a_missing_token_is_said_before_anything_leaves(
        self, rig: NtfyRig, token: str | None
    ) -> None:
        """Without its variable nothing is asked of the server, and its value is not quoted."""
        place = NtfyPlace(url=rig.server.url, topic="pat", token_env="NTFY_TOKEN")
        messenger = rig.made(place, token)

        with pytest.raises(OutsideFailed, match="NTFY_TOKEN") as caught:
            messenger.send(MESSAGE, lambda: None)

        assert rig.server.requests == []
        assert not token or token not in str(caught.value)

    def test_what_the_server_should_keep_and_does_not_is_absent(self, rig: NtfyRig) -> None:
        """An older message that is still kept proves that ours was not taken."""
        rig.messenger.send(OTHER, lambda: None)

        finding = rig.messenger.find(MESSAGE)

        assert finding.answer == "absent"

    def test_an_empty_memory_proves_nothing(self, rig: NtfyRig) -> None:
        """A server that keeps nothing, or does not answer, is asked again."""
        empty = rig.messenger.find(MESSAGE)
        rig.server.faults.append(500)
        broken = rig.messenger.find(MESSAGE)

        assert (empty.answer, empty.ask_again) == ("unknown", True)
        assert (broken.answer, broken.ask_again) == ("unknown", True)

    def test_an_answer_that_is_none_of_ntfy_is_still_a_yes(self, rig: NtfyRig) -> None:
        """A 200 without an id tells; the message has no name outside."""
        rig.server.faults.append("babble")

        name = rig.messenger.send(MESSAGE, lambda: None)

        assert name == ""

    def test_a_long_text_is_cut_at_a_line(self, rig: NtfyRig) -> None:
        """What ntfy would turn into an attachment is cut, the end saying so."""
        long = MESSAGE.model_copy(update={"text": "a line of it\n" * 1000})

        rig.messenger.send(long, lambda: None)

        text = rig.server.kept["pat"][0]["message"]
        assert len(text.encode()) < 4096
        assert text.endswith("a line of it\n...")

    def test_without_a_link_a_tag_names_it(self, rig: NtfyRig) -> None:
        """A house without an address for links finds its message by a tag."""
        bare = MESSAGE.model_copy(update={"link": ""})

        rig.messenger.send(bare, lambda: None)

        assert "click" not in rig.server.kept["pat"][0]
        assert rig.messenger.find(bare).answer == "found"
