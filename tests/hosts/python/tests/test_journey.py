"""The whole journey, against the look-alike and against `oidc-provider`."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

from integration_host import Connection, Host, Registration
from integration_host.contract.errors import (
    AuthorizationRequired,
    CallbackRejected,
    InvalidSettings,
    Misconfigured,
    Rejected,
)
from integration_host.contract.integration import (
    Action,
    ApiRequest,
    Authorization,
    Good,
    Stage,
    Verdict,
)

from .browser import Browser
from .providers import oidc_provider, simulator
from .world import InFolder

APPROVE = {"login": "anna.admin", "decision": "approve"}
INFORMATION = ApiRequest("GET", "3/companyinformation", [("accept", "application/json")])


def travel(begun: Authorization, answers: dict[str, str]) -> str:
    """What a browser without cookies brings back."""
    return Browser().journey(begun.url, answers)


class Journey(InFolder):
    """What is the same at any provider."""

    def begin(self, host: Host, account: str) -> Connection:
        acme = host.connection("Acme AB", "anna")
        acme.configure({"account": account, "language": "en"}, "en")
        return acme

    def authorized(self, acme: Connection, answers: dict[str, str]) -> None:
        begun = acme.begin_authorize()
        acme.handle_callback(travel(begun, answers), begun.binding)

    def at_work(self, host: Host, acme: Connection, name: str) -> None:
        """From a grant to its removal."""
        report = acme.status("en")
        self.assertEqual(Stage.AUTHORIZED, report.stage, report.findings)
        assert report.grant
        assert report.grant.organization
        self.assertEqual(name, report.grant.organization.name)
        self.assertEqual(Good(), report.grant.condition)

        with self.assertRaisesRegex(Rejected, "disabled"):
            acme.access_token()
        acme.set_enabled(True)
        self.assertTrue(acme.status("en").enabled)
        first = acme.access_token()
        self.assertEqual(first, acme.access_token())
        response = acme.call(INFORMATION)
        self.assertEqual(200, response.status)
        self.assertIn(name.encode(), response.body)

        with ThreadPoolExecutor(16) as people:
            renewed = set(people.map(acme.access_token, [first.value] * 16))
        self.assertEqual(1, len(renewed), "one renewal for all")
        self.assertNotIn(first, renewed)
        self.assertEqual(renewed.pop(), acme.access_token())
        self.assertEqual(200, acme.call(INFORMATION).status)
        self.assertGreater(acme.maintain(), first.renew - 7200)
        self.assertNotIn(first.value, acme.diagnostics())

        receipt = acme.remove("en")
        self.assertTrue(receipt.revoked)
        self.assertEqual(Stage.UNCONFIGURED, acme.status("en").stage)
        self.assertIsNone(host.connections.find("Acme AB"))


class LookAlike(Journey):
    def test_a_person_connects_a_company_and_removes_it(self) -> None:
        for account in ("user", "service"):
            with self.subTest(account):
                host = self.host(simulator(self))
                self.journey(host, account)

    def journey(self, host: Host, account: str) -> None:
        self.assertEqual("fortnox", host.describe("en").id)
        self.assertIsNone(host.explain("no-such-code", "en"))
        explained = host.explain("remove", "en")
        assert explained
        self.assertTrue(explained.remedies)
        acme = host.connection("Acme AB", "anna")
        self.assertEqual(Stage.UNCONFIGURED, acme.status("en").stage)
        self.assertIsNone(host.connections.find("Acme AB"), "reading makes no connection")
        with self.assertRaises(InvalidSettings) as caught:
            acme.configure({"account": "nonsense"}, "en")
        self.assertEqual(["account"], [problem.key for problem in caught.exception.problems])
        acme = self.begin(host, account)
        report = acme.status("en")
        self.assertEqual(Stage.UNAUTHORIZED, report.stage)
        self.assertEqual(Action.AUTHORIZE, report.actions[0])

        begun = acme.begin_authorize()
        self.assertEqual(Stage.AUTHORIZING, acme.status("en").stage)
        query = travel(begun, APPROVE)
        self.assertIsNone(host.returned("code=1&state=foreign", ""))
        for wrong, binding in (
            (query.replace(begun.state, "foreign"), begun.binding),
            (query, "another browser"),
        ):
            with self.assertRaisesRegex(CallbackRejected, "state-rejected"):
                acme.handle_callback(wrong, binding)
        found = host.returned(query, begun.binding)
        assert found
        self.assertEqual("Acme AB", found.company)
        found.handle_callback(query, begun.binding)
        with self.assertRaisesRegex(CallbackRejected, "state-rejected"):
            acme.handle_callback(query, begun.binding)

        access = acme.check_access()
        self.assertTrue(access)
        self.assertEqual({Verdict.GRANTED}, {area.verdict for area in access})
        self.assertEqual(access, acme.status("en").access)
        told = host.log.newest("Acme AB")
        self.assertIn("authorization.succeeded", {entry.event for entry in told})
        self.assertEqual("anna", told[0].actor)
        self.at_work(host, acme, "Exempel AB")

    def test_a_person_who_cancels_is_told_and_may_begin_again(self) -> None:
        host = self.host(simulator(self))
        acme = self.begin(host, "user")
        with self.assertRaises(CallbackRejected):
            self.authorized(acme, APPROVE | {"decision": "cancel"})
        self.assertEqual(Stage.FAILED, acme.status("en").stage)
        with self.assertRaises(Rejected):
            acme.access_token()
        self.authorized(acme, APPROVE)
        self.assertEqual(Stage.AUTHORIZED, acme.status("en").stage)

    def test_two_companies_share_nothing(self) -> None:
        host = self.host(simulator(self))
        self.authorized(self.begin(host, "user"), APPROVE)
        other = host.connection("Other AB")
        self.assertEqual(Stage.UNCONFIGURED, other.status("en").stage)
        self.assertEqual([], host.log.newest("Other AB"))


class Foreign(Journey):
    def test_a_person_connects_a_company_and_removes_it(self) -> None:
        for account in ("user", "service"):
            with self.subTest(account):
                host = self.host(oidc_provider(self))
                acme = self.begin(host, account)
                self.authorized(acme, {"login": "exempel", "decision": "approve"})
                self.at_work(host, acme, "Exempel AB")

    def test_a_secret_sent_as_this_server_does_not_read_it_is_the_operators_to_mend(self) -> None:
        registered = oidc_provider(self)
        mistaken = Registration(
            registered.client_id,
            registered.client_secret,
            registered.redirect_uri,
            registered.scopes,
            registered.endpoints,
            basic="raw",
        )
        acme = self.begin(self.host(mistaken), "user")
        with self.assertRaisesRegex(Misconfigured, "client-credentials-refused"):
            self.authorized(acme, {"login": "exempel", "decision": "approve"})
        acme.set_enabled(True)
        with self.assertRaises(AuthorizationRequired):
            acme.access_token()

    def test_the_authorization_request_is_sent_as_registered(self) -> None:
        registered = oidc_provider(self)
        begun = self.begin(self.host(registered), "user").begin_authorize()
        asked = parse_qs(urlsplit(begun.url).query)
        self.assertEqual([registered.redirect_uri], asked["redirect_uri"])
        self.assertEqual([begun.state], asked["state"])
