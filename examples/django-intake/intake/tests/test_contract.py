from django.test import SimpleTestCase

from intake import contract, strict_json
from intake.problems import Problem

from .samples import submission

ARN = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/matchflow/0b6d9b1e"


class Contract(SimpleTestCase):
    def test_defaults_are_filled_in_and_unknown_members_left_out(self):
        value = {"customer": {"id": "c", "vip": True}, "category": "cleaning", "region": "KR-11", "source": "ad"}
        wanted = {"customer": {"id": "c", "locale": "ko-KR"}, "category": "cleaning", "region": "KR-11"}
        self.assertEqual(contract.validate(value), wanted)

    def test_all_members_are_passed_on(self):
        value = submission(customer={"id": "c", "phone": "+1234567", "pushEndpointArn": ARN, "locale": "en-US"})
        self.assertEqual(contract.validate(value), value)

    def test_null_for_an_optional_member_is_its_absence(self):
        value = submission(customer={"id": "c", "phone": None, "pushEndpointArn": None, "locale": None}, details=None)
        del (absent := submission(customer={"id": "c"}, details={}))["details"]
        self.assertEqual(contract.validate(value), contract.validate(absent))

    def test_a_phones_locale_may_have_its_settings(self):
        value = submission(customer={"id": "c", "locale": "ko-KR-u-ca-gregory-fw-mon-mu-celsius"})
        self.assertEqual(contract.validate(value), value)

    def test_each_rule_refuses_values_that_break_it(self):
        customers = {
            "id": (None, "", "a b", "é", "x" * 65, 7, "c\n"),
            "phone": ("", "01012345678", "+01234567", "+82", "+123456", "+1234567890123456", "+8210000٣", 82),
            "pushEndpointArn": ("", ARN.replace("endpoint", "app"), ARN.replace("sns", "sqs"), ARN + "é"),
            "locale": ("", "k", "ko_KR", "ko-", "ko-" + "x" * 9, "ko" + "-abcdefgh" * 11, 1),
        }
        broken = [
            (f"#/customer/{name}", submission(customer={"id": "c", name: value}))
            for name, values in customers.items()
            for value in values
        ]
        broken += [("#/category", submission(category=value)) for value in (None, "", "Cleaning", "a b", "x" * 65, [])]
        broken += [("#/region", submission(region=value)) for value in (None, "", "KR", "kr-11", "KR-1234", 11)]
        broken += [("#/details", submission(details=value)) for value in ([], "text", 1)]
        broken += [("#/customer", submission(customer=value)) for value in (None, [], "c")]
        broken += [("#/customer/id", submission(customer={}))]
        broken += [("#", value) for value in (None, [], "text", 42)]
        for pointer, value in broken:
            with self.subTest(pointer, value=value):
                self.assertEqual(self.pointers(value), [pointer])

    def test_all_broken_fields_are_named_at_once(self):
        self.assertEqual(self.pointers({}), ["#/customer/id", "#/category", "#/region"])

    def pointers(self, value):
        with self.assertRaises(Problem) as raised:
            contract.validate(value)
        return [error["pointer"] for error in raised.exception.body["errors"]]


class StrictJson(SimpleTestCase):
    def test_json_that_the_pipeline_would_refuse_is_refused_here(self):
        refused = [b"", b"{", b"{} {}", b"{'a': 1}", b"\xef\xbb\xbf{}", b'"\xff"', b'{"a": "\0"}', b'"\\ud800"']
        refused += [b"NaN", b"-Infinity", b"1e400", b"9" * 400, b'{"a": 1, "a": 1}', b'[{"a": 1, "a": 1}]']
        refused += [b"[" * 101 + b"]" * 101, b"[" * 100_000, b'{"a":' * 101 + b"1" + b"}" * 101]
        for body in refused:
            with self.subTest(body=body[:20]), self.assertRaises(ValueError):
                strict_json.loads(body)

    def test_other_json_is_accepted(self):
        self.assertEqual(strict_json.loads(b"[" * 100 + b"]" * 100)[0][0][0][:0], [])
        body = '{"방": [3, -1.5, 1e3, "🐈\\u0000", null]}'.encode()
        self.assertEqual(strict_json.loads(body), {"방": [3, -1.5, 1e3, "🐈\0", None]})
