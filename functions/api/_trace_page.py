"""The trace of a job as a page: drawn here whole, so that it reads without a script; the script only keeps it fresh."""

from __future__ import annotations

from functions.api._markup import Markup, join, tag
from functions.api._trace_graph import Graph
from functions.api._trace_spans import trace_id
from functions.api._trace_words import GLYPHS, Json, at, money, parts_line, plan_lines, since, status, took

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
REFRESH = 1500  # milliseconds between looks at a job that is under way


def as_page(trace: Json, *, links: bool) -> str:
    """The whole page; `links` to its other formats are of use to who has a session."""
    job = trace["job"]
    sections = [_head(job), _error(job)]
    if trace["states"]:
        sections.append(_section("Flow", tag("div", Graph(trace).drawn(), class_="graph")))
        sections.append(_section("Steps", _steps(trace)))
    else:
        sections.append(_section("Flow", tag("p", "The command took no time: it was done when it was answered.")))
    told = plan_lines(trace["plan"])
    if told:
        sections.append(_section("Plan", tag("ul", *(tag("li", line) for line in told))))
    sections += [_section("Cost", _cost(trace["cost"])), _section("Ids", _ids(job)), _foot(job) if links else None]
    live = REFRESH if job["status"] == "pending" else None
    return _document(f"{job['command']} {status(job)}", tag("main", *sections, data_live=live))


def sign_in_page(reason: str) -> str:
    """What who is not known gets: the same address works after signing in."""
    form = tag(
        "form",
        *(_field(*field) for field in (("username", "User", "text"), ("password", "Password", "password"))),
        tag("label", "Domain", tag("input", name="domain", type="text", placeholder="/", autocomplete="organization")),
        tag("button", "Sign in", type="submit"), tag("p", role="alert", class_="refusal"), id="sign-in",
    )  # fmt: skip
    asked = tag("p", f"{reason} Sign in to see this page, or sign its address with your keys.")
    return _document("Sign in", tag("main", tag("header", tag("h1", "The trace of a job")), asked, form))


def refusal_page(title: str, reason: str) -> str:
    """A page that says only why there is none."""
    return _document(title, tag("main", tag("header", tag("h1", title)), tag("p", reason)))


def _document(title: str, main: Markup) -> str:
    head = tag(
        "head", tag("meta", charset="utf-8"), tag("title", f"{title} · Javelin"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("link", rel="icon", href="static/trace.svg"), tag("link", rel="stylesheet", href="static/trace.css"),
        tag("script", src="static/trace.js", defer=True),
    )  # fmt: skip
    return "<!doctype html>" + tag("html", head, tag("body", main), lang="en")


def _section(title: str, *inside: Markup) -> Markup:
    return tag("section", tag("h2", title), *inside)


def _head(job: Json) -> Markup:
    word = status(job)
    badge = tag("span", f"{GLYPHS.get(word, '✗')} {word}", class_=f"badge {word}")
    facts = [
        took(job["milliseconds"]) + (" so far" if job["status"] == "pending" else ""),
        f"started {at(job['started'])}",
    ]
    facts.append(f"{job['account']} in {job['domain']}")
    facts += [f"attempt {job['attempt']}"] if job["attempt"] > 1 else []
    return tag("header", tag("h1", job["command"], " ", badge), tag("p", " · ".join(facts), class_="facts"))


def _error(job: Json) -> Markup | None:
    if not job["error"]:
        return None
    return tag("p", tag("strong", f"Error {job['error']['code']}"), " ", job["error"]["text"], class_="error")


def _steps(trace: Json) -> Markup:
    span = max(1, trace["job"]["milliseconds"])
    functions = {state["name"]: state.get("function") for state in trace["states"]}
    titles = tag(
        "tr",
        *(tag("th", title, scope="col") for title in ("State", "Outcome", "Start", "Took", "When, inside it the host")),
    )
    rows = [_step(place, run, functions.get(run["state"]), span) for place, run in enumerate(trace["runs"])]
    return tag("div", tag("table", tag("thead", titles), tag("tbody", *rows)), class_="wide")


def _step(place: int, run: Json, function: str | None, span: int) -> Markup:
    what = [tag("strong", run["state"])]
    what += [tag("span", f"for {run['item']}", class_="item")] if run["item"] else []
    what += [tag("span", f"attempt {run['attempt']}", class_="item")] if run["attempt"] > 1 else []
    what += [tag("code", function, class_="item")] if function else []
    bars = [(run, f"bar {run['outcome']}", 3, 10), *((command, "bar hosts", 6, 4) for command in run["hosts"])]
    row = _row(run, join(*what), _bars(bars, span), id=f"run-{place}")
    error = [_below(_why(run["error"]))] if run["error"] else []
    return join(row, *error, *(_command(command, run, span) for command in run["hosts"]))


def _command(command: Json, run: Json, span: int) -> Markup:
    """A command of a host as a row of its own inside the run that asked for it."""
    where = tag("span", f"on {command['host']}", class_="item") if command.get("host") else None
    parts = [{**part, "after": command["after"] + part["after"]} for part in command["parts"]]
    bars = [(command, f"bar {command['outcome']}", 5, 6), *((part, "bar part", 7, 2) for part in parts)]
    row = _row(command, join(tag("code", command["command"]), where), _bars(bars, span), class_="command")
    told = [tag("p", parts_line(command))] if parts else []
    told += [_why(command["error"])] if command["error"] and command["error"] != run["error"] else []
    return join(row, _below(*told, tag("p", tag("code", command["id"], class_="item")), kind="below command"))


def _row(one: Json, what: Markup, bars: Markup, **attributes: str) -> Markup:
    outcome = one["outcome"]
    return tag(
        "tr", tag("td", what), tag("td", f"{GLYPHS.get(outcome, '')} {outcome}", class_=f"outcome {outcome}"),
        tag("td", since(one["after"]), class_="number", title=one["started"]),
        tag("td", took(one["milliseconds"]), class_="number"), tag("td", bars, class_="when"), **attributes,
    )  # fmt: skip


def _below(*told: Markup, kind: str = "below") -> Markup:
    return tag("tr", tag("td", *told, colspan=5), class_=kind)


def _why(error: Json) -> Markup:
    return tag("p", tag("strong", error["name"]), " ", error["text"], class_="why")


def _bars(wanted: list[tuple[Json, str, int, int]], span: int) -> Markup:
    """When things ran in the life of the job, what was inside others over them: (what, class, top, height)."""
    bars = []
    for one, kind, top, height in wanted:
        start, length = min(1000.0, 1000 * one["after"] / span), one["milliseconds"]
        wide = 1000 - start if length is None else 1000 * length / span
        bars.append(tag("rect", x=round(start, 1), y=top, width=round(max(4, min(wide, 1000 - start)), 1), height=height,
                        class_=kind))  # fmt: skip
    return tag("svg", *bars, viewBox="0 0 1000 16", preserveAspectRatio="none", aria_hidden="true")


def _cost(cost: Json) -> Markup:
    rows = [
        tag("tr", tag("td", line["what"]), tag("td", line["number"], class_="number"),
            tag("td", money(line["cost"]), class_="number"))
        for line in cost["lines"]
    ]  # fmt: skip
    total = f"About {cost['currency']} {money(cost['total'])} at AWS list prices of {cost['as_of']} in {cost['region']}"
    lines = tag("details", tag("summary", "How it adds up"), tag("table", tag("tbody", *rows)))
    return join(tag("p", f"{total}, free tiers left out; an estimate."), lines)


def _ids(job: Json) -> Markup:
    names = {"Job": "id", "Resource": "resource", "Kind": "resource_type", "User": "user", "Execution": "execution"}
    rows = [(title, str(job[name])) for title, name in names.items() if job[name]]
    rows += [("Fence", str(job["fence"]))] if job["fence"] else []
    rows.append(("OpenTelemetry", trace_id(job)))
    return tag("dl", *(join(tag("dt", title), tag("dd", tag("code", value))) for title, value in rows))


def _foot(job: Json) -> Markup:
    here = job["id"]
    links = [tag("a", title, href=f"{here}{query}") for title, query in
             (("Permalink", ""), ("Text", "?format=text"), ("JSON", "?format=json"))]  # fmt: skip
    return tag("footer", links[0], " ", links[1], " ", links[2])


def _field(name: str, title: str, kind: str) -> Markup:
    known = "username" if name == "username" else "current-password"
    return tag("label", title, tag("input", name=name, type=kind, required=True, autocomplete=known))
