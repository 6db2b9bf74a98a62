"""Mail: letters to users, for whatever subscribes to the topic to send; operators choose what that is.

A letter may hold a secret that its reader alone is to see, so that only the subscribers of this topic may see letters.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from javelin.contract.grants import Grant, arn
from javelin.contract.secret import Secret
from javelin.discovery import names
from javelin.discovery.clients import client, topic_arn

SEND_MAIL: Grant = Grant(("sns:Publish",), (arn("sns", names.MAIL_TOPIC),))


@dataclass(frozen=True)
class Letter:
    """Text for one reader."""

    to: str
    subject: str
    text: Secret


def send(letter: Letter) -> None:
    """Publish it, as JSON of `to`, `subject` and `text`. Raises botocore's errors: nobody has got it then."""
    message = {"to": letter.to, "subject": letter.subject, "text": letter.text.reveal()}
    client("sns").publish(TopicArn=topic_arn(names.MAIL_TOPIC), Message=json.dumps(message))
