"""Whatever three people and the secretariat do, in whatever order: no word is lost.

A word is promised once a page has said that it is saved, proposed or kept. From then
on its author finds it: in a row or its history, in a proposal, among unsaved work, in
the bin, in a reply. Only its author takes it away, by writing over a draft, by choosing
another text or by discarding it. What was submitted keeps its digest.

`HYPOTHESIS_PROFILE=long pytest tests/test_nothing_lost.py` looks much further.
"""

import os
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    rule,
    run_state_machine_as_test,
)

from config.addresses import sealed
from tests.factories import (
    make_cycle,
    make_ready_assessment,
    make_recommendation,
    make_state,
    make_user,
)
from tests.promises import (
    ACTS,
    AJAX,
    CLEARERS,
    PEOPLE,
    PLACES,
    TYPED,
    WORD,
    Cast,
    Promises,
    Tab,
    act,
    clearers,
    kept_key,
    people,
    pick,
    some,
)
from tests.reading import PageForm, form_with, forms_of
from tracking.models import (
    Assessment,
    Cycle,
    Evidence,
    Measure,
    Note,
    Proposal,
    ReviewQuestion,
    Role,
    Stage,
    Submission,
    UnsavedWork,
    digest_of,
    document,
    followed,
)
from tracking.models.working_copy.unsaved import Seen

COMMON = settings(
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
settings.register_profile(
    "quick",
    COMMON,
    max_examples=10,
    stateful_step_count=40,
    derandomize=True,
    phases=[Phase.generate],  # to shorten a failure takes minutes: the long one does
)
settings.register_profile("long", COMMON, max_examples=60, stateful_step_count=50)
PROFILE = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


class Office(Promises):
    """A State at work, its reviewer, and what they were promised."""

    def __init__(self) -> None:
        super().__init__()
        self.tabs: list[Tab] = []
        self.count = 0

    @rule(data=st.data())
    def somebody_acts(self, data: st.DataObject) -> None:
        possible = [each for each in ACTS if each[1](self)]
        name = data.draw(st.sampled_from([name for name, _when, _given in possible]))
        given = next(given for each, _when, given in possible if each == name)
        values = {key: data.draw(each, key) for key, each in given.items()}
        event(name)
        getattr(self, name)(**values)

    def new_word(self) -> str:
        self.count += 1
        return f"word{self.count}"

    def promise(self, who: str, words: set[str]) -> None:
        for word in words:
            self.promised.setdefault(word, who)

    # Writing -----------------------------------------------------------------

    def _open(self, who: str, url: str) -> Tab | None:
        response = self.clients[who].get(url)
        assert response.status_code in (200, 404), response
        form = self._form(response, url) if response.status_code == 200 else None
        if form is None:
            return None
        tab = Tab(who, form.action or url.partition("?")[0], form)
        self.tabs = [*self.tabs[-5:], tab]
        return tab

    def _form(self, response: Any, url: str) -> PageForm | None:
        """The form of a page in which one writes; those of rows tell a version."""
        of_row = not re.search("notes/|questions/", url)
        return form_with(response, "writing", *(["version"] if of_row else []))

    @initialize(returned=st.booleans())
    def begin(self, returned: bool) -> None:
        """Begin with nothing, or with questions of the secretariat."""
        if returned:
            cycle = Cycle.objects.get()
            make_ready_assessment(self.state, followed().get(number=1), cycle)
            self.submit("focal_point")
            self.review(accepts=False)
        for who in PEOPLE:  # all three write on one page
            self.open_a_page(who, "2019/1/", field=0)
        self.open_a_page("contributor", "2019/1/notes/", field=0)
        for who in CLEARERS if returned else ():
            self.open_a_page(who, "questions/", field=0)

    @act(4, who=people, place=st.sampled_from(PLACES), field=some)
    def open_a_page(self, who: str, place: str, field: int) -> None:
        tab = self._open(who, self.url(place))
        if tab and place.endswith("add/"):
            tab.form.put("title", self.new_word())
            tab.form.put("kind", "law")
            if "url" in tab.form.fields:
                tab.form.put("url", "https://example.org/law")
        elif tab:
            self.write(0, field, more=True, ready=False)

    @act(2, who=people, kind=st.sampled_from(("measures", "evidence")), number=some)
    def open_an_item(self, who: str, kind: str, number: int) -> None:
        item = pick(getattr(self.state, kind).order_by("pk"), number)
        if item:
            self._open(who, self.url(f"2019/1/{kind}/{sealed(item.pk)}/"))

    @act(
        5,
        when=lambda self: self.tabs,
        number=some,
        field=some,
        more=st.booleans(),
        ready=st.booleans(),
    )
    def write(self, number: int, field: int, more: bool, ready: bool) -> None:
        form = pick(self.tabs[::-1], number).form
        names = [n for n in form.texts if n in TYPED or n.startswith("reply-")]
        name = pick(names, field)
        if name is None:
            return
        word = self.new_word()
        before = "".join(form.fields[name])
        form.put(name, f"{before} {word}" if more else word)
        if ready and "ready" in form.choices:
            form.put("ready", "ready")
            form.put("status", "not_started")

    def _continued(self, tab: Tab) -> list[str]:
        """What the page goes on with, and therefore settles."""
        keys = []
        for seen in Seen.read(tab.form.fields.get("continues", [])):
            pk, work = seen.pk, UnsavedWork.objects.get(pk=seen.pk)
            if work.sequence > seen.sequence:
                continue  # where it was begun, newer words were kept since
            words = WORD.findall(str(work.payload))
            keys += [kept_key(pk), *(f"reply {word}" for word in words)]
        return keys

    @act(3, when=lambda self: self.tabs, number=some)
    def keep_a_draft(self, number: int) -> None:
        tab = pick(self.tabs[::-1], number)
        tab.form.put("sequence", str(int(tab.form.fields["sequence"][0]) + 1))
        continued = self._continued(tab)
        response = self.clients[tab.who].post(tab.url, tab.form.fields, headers=AJAX)
        assert response.json().get("saved"), response.content
        for key in continued:
            self.waiting.pop(key, None)
        self.waiting[tab.key] = (tab.who, tab.words())

    @act(
        5,
        when=lambda self: self.tabs,
        number=some,
        choice=st.sampled_from(("mine", "theirs", "both", "hand", "")),
    )
    def save(self, number: int, choice: str) -> None:
        tab = pick(self.tabs[::-1], number)
        for name in tab.form.fields.get("clash", []):
            offered = tab.form.choices[f"keep-{name}"]
            if choice:
                tab.form.put(f"keep-{name}", choice if choice in offered else "mine")
        continued = self._continued(tab)
        data = {"act": "save", **tab.form.fields}
        response = self.clients[tab.who].post(tab.url, data)
        event(f"save: {response.status_code}")
        if response.status_code == 302:
            if tab.replies:
                self._reply(tab)
            else:
                self.promise(tab.who, tab.words())
            for key in (tab.key, *continued):
                self.waiting.pop(key, None)
            self.tabs.remove(tab)
            return
        assert response.status_code in (409, 422), response
        form = self._form(response, tab.url)
        if form is None:
            self.tabs.remove(tab)
            return
        if response.status_code == 409:
            self.waiting.pop(tab.key, None)
            copy = Seen.read(form.fields["continues"])[-1].pk
            self.waiting[f"copy {copy}"] = (tab.who, tab.words())
        tab.form = form

    def _reply(self, tab: Tab) -> None:
        """Replies are saved: what they replace goes back to its author."""
        now = set(WORD.findall(str(list(ReviewQuestion.objects.values_list("reply")))))
        for word, who in list(self.replied.items()):
            if word not in now:
                del self.replied[word]
                if who != tab.who:
                    self.waiting[f"reply {word}"] = (who, {word})
        for word in tab.words():
            if word in now:
                self.replied.setdefault(word, tab.who)
            else:  # too late for this question, and kept
                self.waiting[f"reply {word}"] = (tab.who, {word})

    @act(1, when=lambda self: self.tabs, number=some)
    def save_after_the_session_has_ended(self, number: int) -> None:
        tab = pick(self.tabs[::-1], number)
        browser = Client(enforce_csrf_checks=True)
        response = browser.post(tab.url, {"act": "save", **tab.form.fields})
        assert response.status_code == 302, response
        address = parse_qs(urlsplit(response["Location"]).query)["next"][0]
        copy = parse_qs(urlsplit(unquote(address)).query)["unsaved"][0]
        self.waiting.pop(tab.key, None)
        self.waiting[f"copy {copy}"] = (tab.who, tab.words())
        self.tabs.remove(tab)

    @act(2, who=people, number=some)
    def continue_unsaved_work(self, who: str, number: int) -> None:
        work = pick(UnsavedWork.objects.of(self.cast.users[who]).order_by("pk"), number)
        if work is None:
            return
        tab = self._open(who, work.get_absolute_url())
        if tab is None:  # what was asked is asked no more
            return
        if not tab.replies:
            _who, words = self.waiting[kept_key(work.pk)]
            assert words <= set(WORD.findall(tab.form.words))

    @act(1, who=people, number=some)
    def discard_unsaved_work(self, who: str, number: int) -> None:
        work = pick(UnsavedWork.objects.of(self.cast.users[who]).order_by("pk"), number)
        if work is None:
            return
        key = kept_key(work.pk)
        response = self.clients[who].post(reverse("workspace:discard", args=[work.pk]))
        assert response.status_code == 302
        self.waiting.pop(key, None)
        for word in WORD.findall(str(work.payload)):
            self.waiting.pop(f"reply {word}", None)
        # Pages that went on with it cannot say so any more.
        self.tabs = [
            tab
            for tab in self.tabs
            if work.pk
            not in {each.pk for each in Seen.read(tab.form.fields.get("continues", []))}
        ]

    # Taking away, bringing back ------------------------------------------------

    def _item(self, kind: str, number: int) -> Any:
        return pick(getattr(self.state, kind).order_by("pk"), number)

    @act(
        1,
        who=clearers,
        kind=st.sampled_from(("measures", "evidence")),
        number=some,
        act=st.sampled_from(("remove", "unlink", "restore", "bin")),
    )
    def remove_or_bring_back(self, who: str, kind: str, number: int, act: str) -> None:
        item = self._item(kind, number)
        if item is None:
            return
        single = kind.removesuffix("s")
        address = {
            "remove": self.url(f"2019/1/{kind}/{sealed(item.pk)}/remove/"),
            "unlink": self.url(f"2019/1/{kind}/{sealed(item.pk)}/remove/"),
            "restore": self.url(f"2019/1/{kind}/{sealed(item.pk)}/restore/"),
            "bin": self.url(f"bin/{single}/{sealed(item.pk)}/"),
        }[act]
        response = self.clients[who].post(
            address, {"version": item.version, "act": act}
        )
        assert response.status_code == 302, response

    @act(
        1,
        who=clearers,
        kind=st.sampled_from(("answer", "answer", "measure", "evidence")),
        number=some,
        version=some,
    )
    def restore_a_version(self, who: str, kind: str, number: int, version: int) -> None:
        models: dict[str, Any] = {
            "answer": Assessment,
            "measure": Measure,
            "evidence": Evidence,
        }
        rows = models[kind].objects.filter(state=self.state).order_by("pk")
        row = pick(rows, number)
        if row is None:
            return
        place = row.recommendation.key if kind == "answer" else "2019/1"
        history = f"{place}/history/{kind}/{sealed(row.pk)}/"
        address = self.url(f"{history}{version % row.version + 1}/restore/")
        response = self.clients[who].post(address, {"version": row.version})
        assert response.status_code in (302, 404), response

    @act(1, who=people, number=some)
    def remove_or_bring_back_a_note(self, who: str, number: int) -> None:
        mine = Note.objects.filter(by=self.cast.users[who])
        written = pick(mine.order_by("pk"), number)
        if written is None:
            return
        act = "restore" if written.removed_at else "remove"
        address = self.url(f"2019/1/notes/{sealed(written.pk)}/{act}/")
        assert self.clients[who].post(address).status_code == 302

    # Proposals -----------------------------------------------------------------

    @act(
        2,
        who=clearers,
        number=some,
        choice=st.sampled_from(("mine", "theirs", "both", "hand")),
        act=st.sampled_from(("take", "take", "take", "decline")),
    )
    def decide_on_a_proposal(
        self, who: str, number: int, choice: str, act: str
    ) -> None:
        proposal = pick(Proposal.objects.open().order_by("pk"), number)
        if proposal is None:
            return
        client, url = self.clients[who], proposal.get_absolute_url()
        form = form_with(client.get(url), "version")
        assert form
        for name, offered in form.choices.items():
            if name.startswith("keep-"):
                form.put(name, choice if choice in offered else "mine")
            elif name == "ready":
                form.put(name, "later")
        reason = self.new_word()
        form.put("reason", reason)
        form.put("act", act)
        response = client.post(url, form.fields)
        event(f"{act}: {response.status_code}")
        assert response.status_code in (302, 409, 422), response
        if act == "decline" and response.status_code == 302:
            self.promise(who, {reason})

    # Submitting ----------------------------------------------------------------

    @act(2, who=clearers)
    def submit(self, who: str) -> None:
        form = form_with(self.clients[who].get(self.url("check/")), "reminder")
        if form is None:
            return
        form.put("reminder", "on")
        form.put("consent", "yes")
        response = self.clients[who].post(self.url("check/"), form.fields)
        event(f"submit: {response.status_code}")
        assert response.status_code in (302, 409), response
        if response.status_code == 302:
            sent = Submission.objects.latest("pk")
            self.records[sent.pk] = digest_of(document(sent))

    def _waiting_submission(self) -> Submission | None:
        return Submission.objects.filter(stage=Stage.SUBMITTED).first()

    @act(1, when=lambda self: self.records, who=clearers)
    def recall(self, who: str) -> None:
        sent = self._waiting_submission()
        if sent:
            address = self.url(f"submissions/{sent.cycle.code}/{sent.number}/recall/")
            assert self.clients[who].post(address).status_code == 302

    @act(2, when=lambda self: self.records, accepts=st.booleans())
    def review(self, accepts: bool) -> None:
        sent = self._waiting_submission()
        if sent is None:
            return
        page = reverse("admin:tracking_submission_change", args=[sent.pk])
        self.desk.post(page, {"begin": "1"})
        form = form_with(self.desk.get(page), "decision")
        assert form
        form.put("decision", "accept" if accepts else "return")
        if not accepts:
            name = next(name for name in form.texts if name.startswith("question_"))
            form.put(name, word := self.new_word())
            self.promise("focal_point", {word})
        response = self.desk.post(page, form.fields)
        assert response.status_code == 302, response

    @act(1, when=lambda self: self.records and Cycle.objects.count() == 1)
    def a_new_cycle_opens(self) -> None:
        make_cycle("2027")

    @act(1, who=clearers)
    def confirm_what_is_unchanged(self, who: str) -> None:
        for form in forms_of(self.clients[who].get(self.url("unchanged/"))):
            if ("act", "all") in form.buttons:
                data = {**form.fields, "act": "all"}
                response = self.clients[who].post(self.url("unchanged/"), data)
                assert response.status_code in (302, 422), response


@pytest.mark.django_db
def test_no_word_is_lost_and_no_record_changes() -> None:
    state = make_state("NOR")
    for number in (1, 2):
        make_recommendation(number)
    make_cycle("2026")
    users = {
        "focal_point": make_user(Role.FOCAL_POINT, state),
        "alternate": make_user(Role.ALTERNATE, state),
        "contributor": make_user(Role.CONTRIBUTOR, state),
    }
    Office.cast = Cast(state, users, make_user(Role.REVIEWER))

    run_state_machine_as_test(Office, settings=PROFILE)
