from typing import Any

from django import forms
from django.utils.text import capfirst

from . import contract
from .problems import Problem

FORM_FIELDS = {  # by the pointer that a contract error names
    "#/customer/id": "customer",
    "#/customer/phone": "phone",
    "#/category": "category",
    "#/region": "region",
}


class RequestForm(forms.Form):
    """The page's form, checked by the same contract as the API."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    category = forms.CharField(label="What do you need?", initial="cleaning", help_text="A category, such as cleaning")
    region = forms.CharField(label="Where?", initial="KR-11", help_text="A region by ISO 3166-2: KR-11 is Seoul")
    customer = forms.CharField(label="Customer id", help_text="Who asks, as your own service knows them")
    phone = forms.CharField(label="Phone", required=False, help_text="For a text message, such as +821000990077")
    note = forms.CharField(
        label="Anything else?", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        value: dict[str, Any] = {"customer": {"id": cleaned["customer"]}}
        if cleaned["phone"]:
            value["customer"]["phone"] = cleaned["phone"]
        if cleaned["note"]:
            value["details"] = {"note": cleaned["note"]}
        value |= {name: cleaned[name] for name in ("category", "region")}
        try:
            self.submission = contract.validate(value)
        except Problem as problem:
            for error in problem.body["errors"]:
                self.add_error(FORM_FIELDS[error["pointer"]], capfirst(error["detail"]) + ".")
        return cleaned
