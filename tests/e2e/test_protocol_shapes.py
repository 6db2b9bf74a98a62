"""What requests and answers look like on the wire: envelopes, errors, parameters, pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.e2e.local_cloud import LocalCloud, eventually
from tests.e2e.signed import Answer, Client
from tests.e2e.site import Site

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000")
ABSENT = "00000000-0000-4000-8000-00000000dead"
KEYS = 7


@pytest.fixture(scope="module")
def raw(cloud: LocalCloud) -> Client:
    return cloud.raw


@pytest.fixture(scope="module")
def pairs(cloud: LocalCloud) -> Iterator[set[str]]:
    """A list that is long enough for pages."""
    names = {f"shape-{number}" for number in range(KEYS)}
    for name in names:
        cloud.secrets[f"private key {name}"] = cloud.api.call("createSSHKeyPair", name=name)["keypair"]["privatekey"]
    yield names
    for name in names:
        cloud.api.call("deleteSSHKeyPair", name=name)


def refused(answer: Answer, code: int, cs_code: int | None = 4350) -> str:
    """The sentence of an error that has everything an error has."""
    assert answer.status == code, answer.text
    inside = answer.inside
    assert (inside["errorcode"], inside.get("cserrorcode"), inside["uuidList"]) == (code, cs_code, [])
    text = str(inside["errortext"])
    assert answer.headers["X-Description"].split() == text.encode("ascii", "replace").decode()[:512].split()
    return text


def test_a_list_in_json(raw: Client) -> None:
    answer = raw.call("listServiceOfferings")
    assert answer.headers["Content-Type"].lower() == "application/json; charset=utf-8"
    assert (answer.headers["X-Content-Type-Options"], "X-Description" in answer.headers) == ("nosniff", False)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert list(answer.json) == ["listserviceofferingsresponse"]
    assert answer.inside["count"] == len(answer.inside["serviceoffering"]) >= 3
    row = answer.inside["serviceoffering"][0]
    assert DATE.fullmatch(row["created"])
    assert None not in row.values()


def test_the_same_list_in_xml_and_without_asking(raw: Client) -> None:
    rows = raw.call("listServiceOfferings").inside["serviceoffering"]
    for answer in (raw.call("listServiceOfferings", response="xml"), raw.call("listServiceOfferings", response="")):
        assert answer.headers["Content-Type"].lower() == "text/xml; charset=utf-8"
        assert (answer.xml.tag, list(answer.xml.attrib)) == ("listserviceofferingsresponse", ["cloud-stack-version"])
        assert answer.xml.findtext("count") == str(len(rows))
        assert [row.findtext("id") for row in answer.xml.findall("serviceoffering")] == [row["id"] for row in rows]


def test_an_empty_list_is_empty(raw: Client) -> None:
    answer = raw.call("listSSHKeyPairs", name="there is none")
    assert answer.json == {"listsshkeypairsresponse": {}}
    assert list(raw.call("listSSHKeyPairs", name="there is none", response="xml").xml) == []


def test_one_object_and_success(raw: Client, cloud: LocalCloud) -> None:
    odd = "<shape> & \"quote\" 'it' \N{SNOWMAN}"
    made = raw.call("createDomain", name="shape-single")
    assert list(made.inside) == ["domain"]
    pair = raw.call("createSSHKeyPair", name=odd, response="xml")
    assert pair.xml.findtext("keypair/name") == odd
    cloud.secrets["private key of shapes"] = str(pair.xml.findtext("keypair/privatekey"))
    gone = raw.call("deleteSSHKeyPair", name=odd)
    assert gone.inside == {"success": True}
    account = raw.call("listAccounts", listall="true", name="admin", response="xml").xml
    assert account.findtext("account/user/username") == "admin"


def test_a_job(raw: Client, site: Site) -> None:
    begun = raw.call("deployVirtualMachine", **site.wish(name="shape-job"))
    assert begun.inside.keys() == {"jobid", "id"}
    job = begun.inside["jobid"]

    def ended() -> Answer | None:
        answer = raw.call("queryAsyncJobResult", jobid=job)
        return answer if answer.inside["jobstatus"] else None

    inside = (eventually(ended, "the end of the job") or begun).inside
    assert inside.keys() >= {
        "accountid", "account", "domainid", "domainpath", "userid", "cmd", "jobprocstatus", "jobresultcode",
        "jobresulttype", "jobresult", "jobinstancetype", "jobinstanceid", "created", "completed", "jobid", "jobstatus",
    }  # fmt: skip
    assert (inside["jobstatus"], inside["jobinstancetype"]) == (1, "VirtualMachine")
    xml = raw.call("queryAsyncJobResult", jobid=job, response="xml").xml
    assert xml.findtext("jobresult/virtualmachine/id") == begun.inside["id"]
    stopping = raw.call("stopVirtualMachine", id=begun.inside["id"], response="xml").xml
    assert [element.tag for element in stopping] == ["jobid"]
    eventually(
        lambda: raw.call("queryAsyncJobResult", jobid=stopping.findtext("jobid")).inside["jobstatus"], "the stop"
    )
    site.api.call("destroyVirtualMachine", id=begun.inside["id"], expunge="true")


def test_errors_say_what_to_do(raw: Client, site: Site) -> None:
    missing = raw.call("createDomain")
    assert (missing.envelope, "name" in refused(missing, 431)) == ("createdomainresponse", True)
    assert "serviceofferingid" in refused(raw.call("deployVirtualMachine", zoneid=site.zone), 431)
    assert "Unable to find" in refused(raw.call("rebootVirtualMachine", id=ABSENT), 431)
    assert "255" in refused(raw.call("createDomain", name="x" * 256), 431)
    assert refused(raw.call("listVirtualMachines", id="17"), 431)
    assert refused(raw.call("listZones", page="one", pagesize="10"), 431)
    assert refused(raw.call("queryAsyncJobResult", jobid=ABSENT), 431)
    xml = raw.call("createDomain", response="xml")
    assert (xml.status, xml.xml.tag, xml.xml.findtext("errorcode")) == (431, "createdomainresponse", "431")
    assert (xml.xml.findtext("cserrorcode"), xml.xml.findtext("errortext")) == ("4350", missing.inside["errortext"])


def test_names_of_parameters_ignore_case_and_unknown_ones_do_not_matter(raw: Client) -> None:
    assert raw.call("listServiceOfferings", NAME="Small", nonsense="1").inside["count"] == 1
    assert raw.call("listServiceOfferings", Name="no such").inside == {}


@pytest.mark.parametrize("text", ["a\tb", "a\x00b", "a\x1bb", "a\x7fb"])
def test_control_characters_are_refused(raw: Client, text: str) -> None:
    assert refused(raw.call("listZones", keyword=text), 431)


def test_line_ends_are_no_control_characters(raw: Client) -> None:
    assert raw.call("listZones", keyword="a\r\nb").status == 200


def test_maps(raw: Client, site: Site) -> None:
    network = site.network
    tags: dict[str, Any] = {
        "tags__1__key": "tier",
        "tags__1__value": "web",
        "TAGS__0__key": "a.b[c",
        "TAGS__0__value": "*~ +",
    }
    begun = raw.call("createTags", resourceids=network, resourcetype="Network", **tags)
    eventually(lambda: raw.call("queryAsyncJobResult", jobid=begun.inside["jobid"]).inside["jobstatus"], "the tags")
    found = raw.call("listNetworks", tags__0__key="tier", tags__0__value="web").inside["network"]
    assert [row["id"] for row in found] == [network]
    assert {(tag["key"], tag["value"]) for tag in found[0]["tags"]} == {("tier", "web"), ("a.b[c", "*~ +")}
    for name in ("tags[x].key", "tags[0.key", "tags[0][1].key", "tags[].key"):
        refused(raw.call("listNetworks", **{name: "tier"}), 430, 9999)


def test_pages(raw: Client, pairs: set[str]) -> None:
    def page(**parameters: Any) -> Answer:
        return raw.call("listSSHKeyPairs", keyword="shape-", **parameters)

    whole = [row["name"] for row in page().inside["sshkeypair"]]
    assert set(whole) == pairs
    parts = [page(page=number, pagesize=3).inside for number in (1, 2, 3)]
    assert [part["count"] for part in parts] == [KEYS] * 3
    assert [row["name"] for part in parts for row in part["sshkeypair"]] == whole
    assert page(page=0, pagesize=3).inside == parts[0] == page(page=-2, pagesize=3).inside
    assert page(page=4, pagesize=3).inside == {"count": KEYS}
    assert page(page=10**6, pagesize=500).inside == {"count": KEYS}
    assert len(page(pagesize=-1).inside["sshkeypair"]) == KEYS
    for wrong in ({"page": 1}, {"pagesize": 3}, {"page": 1, "pagesize": -1}, {"page": 1, "pagesize": 501}):
        assert refused(page(**wrong), 431)


def test_a_repeated_parameter_keeps_its_last_value(raw: Client) -> None:
    wish = raw.signed("listServiceOfferings", name="Small")
    query = f"name=first&{urlencode(wish)}"
    assert raw.send("GET", f"{raw.endpoint}?{query}").inside["count"] == 1


def test_a_body_may_be_big_but_not_huge(raw: Client) -> None:
    big = raw.signed("listZones", keyword="x" * 2**20)
    assert raw.post(big).status in {200, 431}
    huge = raw.post(raw.signed("listZones", keyword="x" * (4 * 2**20)))
    assert huge.status in {413, 431}
    many = "&".join(f"n{number}=1" for number in range(5000)).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert raw.send("POST", raw.endpoint, many, form).status == 431
    assert raw.send("POST", raw.endpoint, b"\xff\xfe=%zz", form).status in {401, 431}
    assert raw.call("listZones").status == 200


def test_only_the_public_routes_are_served(cloud: LocalCloud, raw: Client) -> None:
    for path in ("/", "/client", "/client/", "/client/api/", "/_aws/execute-api", "/2015-03-31/functions", "/health",
                 "/client/../2015-03-31/functions", "/client/trace/../../x", "/client/bridge/other"):  # fmt: skip
        assert raw.send("GET", f"{cloud.home.url}{path}").status == 404, path
    assert raw.send("GET", f"{cloud.home.url}/client/health").json["status"] == "ok"
    assert raw.send("DELETE", raw.endpoint).status == 405
