"""Settings of how users prove who they are, besides by their passwords; listed with the others in settings.py."""

from __future__ import annotations

from typing import Any

from javelin.data.setting import Setting

SECOND_FACTOR = Setting(
    "enable.user.2fa", False, "Advanced", "Whether users may have a second factor", ("domain",), protects=True,
    group="Access", subgroup="Users",
)  # fmt: skip
SECOND_FACTOR_MANDATED = Setting(
    "mandate.user.2fa", False, "Advanced", "Whether all users must have a second factor, where they may have one",
    ("domain",), protects=True, group="Access", subgroup="Users",
)  # fmt: skip
SECOND_FACTOR_ISSUER = Setting(
    "user.2fa.issuer", "Javelin", "Advanced", "What users' devices call this cloud", ("domain",),
    group="Access", subgroup="Users",
)  # fmt: skip
PASSWORD_RESET = Setting(
    "user.password.reset.enabled", False, "Advanced", "Whether users who forgot their password are sent a token by mail",
    group="Access", subgroup="Users",
)  # fmt: skip
PASSWORD_RESET_MINUTES = Setting(
    "user.password.reset.ttl", 30, "Advanced", "Minutes that such a token is good", low=1, high=1440,
    group="Access", subgroup="Users",
)  # fmt: skip
PASSWORD_RESET_SITE = Setting(
    "user.password.reset.mail.domain.url", "", "Advanced",
    "Where the interface is that takes such a token, for the link in the mail: https://cloud.example.org/client",
    group="Access", subgroup="Users",
)  # fmt: skip
OAUTH = Setting(
    "oauth2.enabled", False, "Advanced", "Whether users may log in by the providers that are registered",
    group="Access", subgroup="Users",
)  # fmt: skip
OAUTH_BOUND = Setting(
    "oauth2.login.bound", False, "Advanced",
    "Whether such a login must begin by startOauthLogin, which binds it to its browser; CloudStack's interface does not",
    group="Access", subgroup="Users",
)  # fmt: skip
OAUTH_SITES = Setting(
    "oauth2.allowed.internal.sites", "", "Advanced",
    "Networks inside the operator's own that such a provider may be in, comma-separated: 10.1.0.0/16",
    group="Access", subgroup="Users",
)  # fmt: skip

LOGIN_SETTINGS: tuple[Setting[Any], ...] = (
    SECOND_FACTOR, SECOND_FACTOR_MANDATED, SECOND_FACTOR_ISSUER, PASSWORD_RESET, PASSWORD_RESET_MINUTES,
    PASSWORD_RESET_SITE, OAUTH, OAUTH_BOUND, OAUTH_SITES,
)  # fmt: skip
