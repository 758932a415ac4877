"""What the tests that start something have in common."""

import os
import urllib.request
from contextlib import AbstractContextManager
from unittest import mock

ask = urllib.request.build_opener(urllib.request.ProxyHandler({})).open  # this machine, whatever proxy is set


class CleansUp:
    """An interrupted test, too, does its cleanups: unittest leaves them out, and processes and queues would stay."""

    def run(self, result=None):
        try:
            return super().run(result)
        except KeyboardInterrupt:
            self.doCleanups()
            raise


def own_aws() -> AbstractContextManager:
    """No AWS settings but these: neither the user's nor a stack's."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nothing = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "ap-northeast-2"}
    return mock.patch.dict(os.environ, others | nothing | keys, clear=True)
