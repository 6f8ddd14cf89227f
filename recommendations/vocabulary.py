"""Codes of the catalogue and the words that pages show for them."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Modality(models.TextChoices):
    """How strongly a recommendation asks, from its own wording."""

    SHOULD = "should", _("Should")
    SHOULD_CONSIDER = "should_consider", _("Should consider")
    ENCOURAGED = "encouraged", _("Encouraged")
    ENCOURAGED_TO_CONSIDER = "encouraged_to_consider", _("Encouraged to consider")
    INVITED = "invited", _("Invited")
    URGED = "urged", _("Urged")
    CONSIDER = "consider", _("Consider")
    ACT = "act", _("Act")
    MAY_WISH = "may_wish", _("May wish")
    REQUESTED = "requested", _("Secretariat requested")
    # A wording that the reader of reports does not know: an editor chooses.
    UNKNOWN = "unknown", _("Not yet determined")

    @property
    def explanation(self) -> Promise:
        """What the modality asks, in one plain sentence."""
        return MODALITY_EXPLANATIONS[self]


MODALITY_EXPLANATIONS: dict[str, Promise] = {
    Modality.SHOULD: _("States parties are asked to act."),
    Modality.SHOULD_CONSIDER: _(
        "States parties are asked to consider it: a documented decision is already "
        "a full answer."
    ),
    Modality.ENCOURAGED: _("States parties are encouraged to act."),
    Modality.ENCOURAGED_TO_CONSIDER: _(
        "States parties are encouraged to consider it: a documented decision is "
        "already a full answer."
    ),
    Modality.INVITED: _("States parties are invited to act; this is voluntary."),
    Modality.URGED: _("States parties are urged to act."),
    Modality.CONSIDER: _(
        "States parties are to consider it: a documented decision is already a full "
        "answer."
    ),
    Modality.ACT: _("States parties are to act."),
    Modality.MAY_WISH: _("States parties may act if they wish."),
    Modality.REQUESTED: _(
        "The secretariat is asked to act; States parties may tell what they contribute."
    ),
    Modality.UNKNOWN: _("How strongly it asks has not been determined yet."),
}


class ActionType(models.TextChoices):
    """What kind of step a recommendation asks for."""

    DEVELOP_INSTRUMENTS = "develop_instruments", _("Develop instruments")
    CONVENE_EXCHANGE = "convene_exchange", _("Convene exchanges of experts")
    ESTABLISH_NETWORK = "establish_network", _("Establish a network")
    PROVIDE_SERVICE = "provide_service", _("Provide a service")
    DEPLOY_PERSONNEL = "deploy_personnel", _("Deploy personnel")
    PUBLISH_DESIGNATION = "publish_designation", _("Publish designations")
    MAINTAIN_DIRECTORY = "maintain_directory", _("Maintain a directory")
    COLLECT_DATA = "collect_data", _("Collect data")
    SENSITIZE_OFFICIALS = "sensitize_officials", _("Sensitize officials")
    PROCESS_REQUESTS = "process_requests", _("Process requests")
    BUILD_CAPACITY = "build_capacity", _("Build capacity")
    COOPERATE = "cooperate", pgettext_lazy("type of action", "Cooperate")
    ADOPT_APPROACH = "adopt_approach", _("Adopt an approach")
    SHARE_INFORMATION = "share_information", _("Share information")
    RAISE_AWARENESS = "raise_awareness", _("Raise awareness")


class Safeguard(models.TextChoices):
    """A condition that the wording attaches to a recommendation."""

    DOMESTIC_LAW = "domestic_law", _("within domestic law")
    INTERNATIONAL_LAW = "international_law", _("within international law")
    UNTOC = "untoc", _("in accordance with the Convention")
    AS_NEEDED = "as_needed", _("as needed")
    AS_APPROPRIATE = "as_appropriate", _("as appropriate")
    WHERE_APPROPRIATE = "where_appropriate", _("where appropriate")
    VOLUNTARY_BASIS = "voluntary_basis", _("on a voluntary basis")
    FREE_MOVEMENT_COMMITMENTS = (
        "free_movement_commitments",
        _("without prejudice to commitments on free movement"),
    )
    BILATERAL_OR_MULTILATERAL_AGREEMENT = (
        "bilateral_or_multilateral_agreement",
        _("governed by a bilateral or multilateral agreement or arrangement"),
    )
    ASSISTANCE_ON_REQUEST = "assistance_on_request", _("assistance upon request")


class Actor(models.TextChoices):
    """Whom the wording names beside States parties."""

    BORDER_CONTROL_SERVICES = "border_control_services", _("border control services")
    BORDER_GUARDS = "border_guards", _("border guards")
    CIVIL_SOCIETY = "civil_society", _("civil society")
    COMMERCIAL_AIRLINES = "commercial_airlines", _("commercial airlines")
    COMPETENT_AUTHORITIES = "competent_authorities", _("competent authorities")
    EXPERTS = "experts", _("experts")
    GENERAL_PUBLIC = "general_public", _("the general public")
    GOVERNMENT_OFFICIALS = "government_officials", _("government officials")
    IMMIGRATION_SERVICES = "immigration_services", _("immigration services")
    INTERPRETERS = "interpreters", _("interpreters")
    IRREGULAR_MIGRANTS = "irregular_migrants", _("migrants in an irregular situation")
    LAW_ENFORCEMENT_OTHER = (
        "law_enforcement_other",
        _("other law enforcement services"),
    )
    LIAISON_MAGISTRATES = "liaison_magistrates", _("liaison magistrates")
    LIAISON_OFFICERS = "liaison_officers", _("liaison officers")
    MAJOR_EVENT_HOST_STATES = (
        "major_event_host_states",
        _("States hosting major events"),
    )
    NGOS = "ngos", _("non-governmental organizations")
    OPERATIONAL_PERSONNEL = "operational_personnel", _("operational personnel")
    ORGANIZED_CRIMINAL_GROUPS = (
        "organized_criminal_groups",
        _("organized criminal groups"),
    )
    OTHER_STATES = "other_states", _("other States")
    POLICE = "police", pgettext_lazy("actor", "police")
    PRACTITIONERS = "practitioners", _("practitioners")
    PRIVATE_SECTOR = "private_sector", _("the private sector")
    PROSECUTORS = "prosecutors", _("prosecutors")
    PUBLIC_BODIES = "public_bodies", _("public bodies")
    PUBLIC_OFFICIALS = "public_officials", _("public officials")
    REQUESTING_STATES = "requesting_states", _("requesting States")
    SMUGGLED_MIGRANTS = "smuggled_migrants", _("smuggled migrants")
    STATES_ON_SMUGGLING_ROUTES = (
        "states_on_smuggling_routes",
        _("States on smuggling routes"),
    )
    TRANSNATIONAL_SMUGGLING_NETWORKS = (
        "transnational_smuggling_networks",
        _("transnational smuggling networks"),
    )
    TRAVELLERS = "travellers", _("travellers")
    UNODC = "unodc", _("UNODC")
    UNODC_PARTNERS = "unodc_partners", _("partners of UNODC")


class Reference(models.TextChoices):
    """A text that the recommendation, or the heading above it, refers to."""

    PROTOCOL_ART10 = "protocol.art10", _("Protocol, article 10")
    UNTOC_ART28 = "untoc.art28", _("Convention, article 28")
    UNTOC = "untoc", _("the Convention")
    INTERNATIONAL_LAW = "international_law", _("international law")
    INTERNATIONAL_AND_REGIONAL_AGREEMENTS = (
        "international_and_regional_agreements",
        _("international and regional agreements"),
    )
    FREE_MOVEMENT_COMMITMENTS = (
        "free_movement_commitments",
        _("commitments on free movement"),
    )


class System(models.TextChoices):
    """An existing system that the wording names."""

    SHERLOC = "sherloc", _("SHERLOC portal")
    SHERLOC_CNA_DIRECTORY = (
        "sherloc_cna_directory",
        _("SHERLOC directory of competent national authorities"),
    )
    AIRCOP = "aircop", _("Airport Communication Project (AIRCOP)")
    WORKING_GROUP = (
        "working_group_on_the_smuggling_of_migrants",
        _("Working Group on the Smuggling of Migrants"),
    )


class Instrument(models.TextChoices):
    PROTOCOL = "protocol", _("Protocol against the Smuggling of Migrants")
    UNTOC = "untoc", _("Convention against Transnational Organized Crime")


class AnswerType(models.TextChoices):
    """What an answer to a question looks like."""

    YES_PARTLY_NO = "yes_partly_no", _("Yes, partly or no")
    YES_NO = "yes_no", _("Yes or no")
    NUMBER = "number", _("Number")
    LIST = "list", _("List")
    DATE = "date", _("Date")


class CorrectionKind(models.TextChoices):
    TYPOGRAPHY = "typography", _("Typography")
    ERRATUM = "erratum", _("Erratum")
