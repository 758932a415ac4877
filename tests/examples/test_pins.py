"""Every version of the integrations' dependencies is exact: a build next year gets what was tested."""

import re
import subprocess
import xml.etree.ElementTree as ElementTree

from devstack.project import ROOT

POM = {"pom": "http://maven.apache.org/POM/4.0.0"}
EXACT = re.compile(r"\d+(\.\d+)+([.-](post\d+|Final|RELEASE))?")


def requirements() -> dict[str, str]:
    lines = (ROOT / "examples/django-intake/requirements.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def pom() -> ElementTree.Element:
    return ElementTree.parse(ROOT / "examples/spring-listener/pom.xml").getroot()


def test_every_package_that_the_django_service_installs_is_pinned() -> None:
    freeze = [ROOT / ".venv-django/bin/python", "-m", "pip", "freeze", "--disable-pip-version-check"]
    installed = subprocess.run(freeze, capture_output=True, text=True, check=True).stdout.split()
    assert dict(line.split("==") for line in installed) == requirements()
    assert all(EXACT.fullmatch(version) for version in requirements().values())


def test_the_spring_services_versions_are_exact() -> None:
    properties = {f"${{{p.tag.split('}')[1]}}}": p.text or "" for p in pom().find("pom:properties", POM) or []}
    versions = [version.text or "" for version in pom().iterfind(".//pom:version", POM)]
    assert len(versions) >= 3
    for version in versions:
        assert EXACT.fullmatch(properties.get(version, version)), version


def test_the_spring_services_other_versions_come_from_a_pinned_parent_or_bill_of_materials() -> None:
    """No other source of versions: no profile, no repository of its own, no plugin that the parent does not pin."""
    assert pom().find("pom:parent/pom:version", POM) is not None
    imported = pom().findall("pom:dependencyManagement//pom:dependency", POM)
    assert imported and all(dependency.find("pom:version", POM) is not None for dependency in imported)
    for elsewhere in ("profiles", "repositories", "pluginRepositories"):
        assert pom().find(f"pom:{elsewhere}", POM) is None, elsewhere
    plugins = pom().findall("pom:build/pom:plugins/pom:plugin", POM)
    unpinned = {p.findtext("pom:artifactId", "", POM) for p in plugins if p.find("pom:version", POM) is None}
    assert unpinned <= {"kotlin-maven-plugin", "spring-boot-maven-plugin", "maven-failsafe-plugin"}, "the parent's own"
