"""One writer of `test_writers.py`, a process of its own: save, save, save.

Reads its cookie and the tokens of its forms from standard input; prints, for each
round, what was written and how the server answered. Knows nothing of Django.
"""

import http.client
import json
import re
import sys
import urllib.parse


def main() -> None:
    task = json.load(sys.stdin)
    version = task["version"]
    link = http.client.HTTPConnection("127.0.0.1", task["port"], timeout=30)
    for number, token in enumerate(task["tokens"]):
        text = f"{task['name']}-{number}"
        data = {
            "csrfmiddlewaretoken": token,
            "writing": task["writing"],
            "version": version,
            "law": text,
            "act": "save",
        }
        headers = {
            "Cookie": task["cookie"],
            "Content-Type": "application/x-www-form-urlencoded",
        }
        link.request("POST", task["path"], urllib.parse.urlencode(data), headers)
        answer = link.getresponse()
        page = answer.read().decode()
        saved = answer.status == 302 and answer.headers["Location"] == task["path"]
        status = answer.status if saved or answer.status != 302 else 401
        print(json.dumps({"text": text, "status": status}), flush=True)  # noqa: T201
        if saved:
            version += 1
        else:
            found = re.search(r'name="version" value="(\d+)"', page)
            version = int(found.group(1)) if found else version


if __name__ == "__main__":
    main()
