//! Changes of this repository's `environments.toml`: what each is, the text it replaces, and the new one.

type Row = (&'static str, &'static str, &'static str);

const DEFAULTS: &str = "[defaults]\n";
const DEV: &str = "[environments.dev]\n";
const NONPROD: &str = "[profiles.nonprod.services.icepack.scaling]\n";
const ICEPACK: &str = "[services.icepack]\n";
const PUSH: &str = "deploy     = \"push\"";
const ACCOUNT: &str = "\"411706531007\"";
const ORDER: &str = "[\"dev\", \"stage\", \"preprod\", \"prod\"]";
const RDS: &str = "[profiles.rds.services.icepack]\n";
const CPU: &str =
    "cpu = \"500m\", memory = \"1Gi\" }, limits = { cpu = \"1\", memory = \"8Gi\" } }\n\n";

pub(crate) const RIGHT: &[Row] = &[
    ("nothing changed", ICEPACK, ICEPACK),
    (
        "a reference for an integer, for a boolean and for a list",
        ICEPACK,
        "[services.icepack]
timeout = \"{{ service.database.backup_days }}\"
database.multi_az = \"{{ service.database.deletion_protection }}\"
load_balancer.source_ranges = \"{{ service.policy }}\"
",
    ),
    (
        "a reference for a table",
        CPU,
        "cpu = \"500m\", memory = \"1Gi\" }, limits = { cpu = \"1\", memory = \"8Gi\" } }
[environments.dev.services.icepack.scaling.worker]
resources = \"{{ service.scaling.api.resources }}\"

",
    ),
    (
        "a reference for one of few words",
        PUSH,
        "deploy = \"{{ env.vars.how }}\"\nvars.how = \"push\"",
    ),
    (
        "a reference for a text of some shape",
        ACCOUNT,
        "\"{{env.vars.id}}\"\nvars = { id = \"411706531007\", more = [1, { a = true }] }",
    ),
    (
        "a text with references in it",
        ICEPACK,
        "[services.icepack]\nhostname = \"{{ service.name }}-{{ env.name }}.example.net\"\n",
    ),
    (
        "a text with other braces in it",
        ICEPACK,
        "[services.icepack]\nvalues.nodeSelector.pool = \"{{ .Values.x }}\"\n",
    ),
    ("a step of several environments", ORDER, "[[\"dev\", \"stage\"], \"preprod\", \"prod\"]"),
    ("an environment that goes", DEV, "[environments.dev]\nstatus = \"retiring\"\n"),
    (
        "what is taken away and what becomes null",
        ICEPACK,
        "[services.icepack]\nunset = [\"database.version\"]\nnull = [\"values.worker\", 'values.\"healthSync\".suspend']\ndatabase.version = \"18\"\n",
    ),
    (
        "files that are kept, and only some of the pack's",
        RDS,
        "[profiles.rds.services.icepack]\nkeep = [{ file = \"bastion.tf\", reason = \"a door\" }]\n",
    ),
    (
        "what must be equal and what must differ",
        ICEPACK,
        "[services.icepack]\nsame = [\"namespace\"]\ndistinct = [\"role\"]\n",
    ),
    (
        "a list of tables",
        ICEPACK,
        "[services.icepack]\npolicy = [{ sid = \"Read\", actions = [\"s3:GetObject\"], resources = [\"*\"] }]\n",
    ),
    ("tags, which are named freely", DEV, "[environments.dev]\ntags = { \"a/b\" = \"c\" }\n"),
    (
        "any values",
        ICEPACK,
        "[[waivers]]\ncheck = \"unknown-chart-key\"\nat = \"services.icepack.values.any\"\nreason = \"tried out\"\n\n\
         [services.icepack]\nvalues.any = { thing = [1.5, true, \"x\"] }\n",
    ),
    ("a new profile", DEFAULTS, "[profiles.other]\nregion = \"eu-west-1\"\n\n[defaults]\n"),
];

pub(crate) const WRONG: &[Row] = &[
    ("a table that there is not", DEFAULTS, "[default]\n"),
    ("a key that [project] has not", "requires =", "require ="),
    ("a project without an order", "order    = [\"dev\", \"stage\", \"preprod\", \"prod\"]", ""),
    ("an order of numbers", ORDER, "[1, 2]"),
    ("an order that is no list", ORDER, "\"dev\""),
    ("a fact that there is not", "cluster      =", "clutser      ="),
    ("a fact that there is not in an environment", PUSH, "deplot = \"push\""),
    (
        "a fact that there is not in a profile",
        NONPROD,
        "[profiles.nonprod]\nregoin = \"x\"\n\n[profiles.nonprod.services.icepack.scaling]\n",
    ),
    ("a number for a text", ACCOUNT, "411706531007"),
    ("a text of another shape", ACCOUNT, "\"41170653100\""),
    (
        "a text of another shape, by way of a definition",
        ICEPACK,
        "[services.icepack]\nhostname = \"No host\"\n",
    ),
    ("another word than the few there are", "\"push\" ", "\"pull\" "),
    ("a table for a text", PUSH, "approval = { who = \"me\" }"),
    ("a text for a table", DEV, "[environments.dev]\ntags = \"a\"\n"),
    ("a number for a tag", DEV, "[environments.dev]\ntags = { a = 1 }\n"),
    ("a status that there is not", DEV, "[environments.dev]\nstatus = \"gone\"\n"),
    (
        "a status in a profile",
        NONPROD,
        "[profiles.nonprod]\nstatus = \"retiring\"\n\n[profiles.nonprod.services.icepack.scaling]\n",
    ),
    ("profiles of all environments", DEFAULTS, "[defaults]\nprofiles = [\"nonprod\"]\n"),
    (
        "a profile that there is not",
        "profiles   = [\"nonprod\"]\ndeploy",
        "profiles   = [\"nonpord\"]\ndeploy",
    ),
    (
        "a profile for a list of them",
        "profiles   = [\"nonprod\"]\ndeploy",
        "profiles   = \"nonprod\"\ndeploy",
    ),
    ("a name given twice", DEV, "[environments.dev]\nname = \"dev\"\n"),
    ("an environment's name in capitals", "[environments.stage]", "[environments.Stage]"),
    (
        "a service's name with a blank",
        ICEPACK,
        "[services.\"ice cap\"]\npack = \"helm-service\"\n\n[services.icepack]\n",
    ),
    ("a service that there is not", API, "[environments.dev.services.icepak.scaling.api]\n"),
    ("a setting that there is not", ICEPACK, "[services.icepack]\nchrat = \"x\"\n"),
    (
        "a setting that there is not, deep inside",
        CPU,
        "cpus = \"500m\", memory = \"1Gi\" }, limits = { cpu = \"1\", memory = \"8Gi\" } }\n\n",
    ),
    (
        "a setting in a list that there is not",
        ICEPACK,
        "[services.icepack]\npolicy = [{ sid = \"a\", actions = [], resources = [], condition = [] }]\n",
    ),
    (
        "a table in a list without what it needs",
        ICEPACK,
        "[services.icepack]\npolicy = [{ sid = \"a\", actions = [] }]\n",
    ),
    ("a text for an integer", ICEPACK, "[services.icepack]\ntimeout = \"10\"\n"),
    (
        "more than a reference for an integer",
        ICEPACK,
        "[services.icepack]\ntimeout = \"1{{ service.database.backup_days }}\"\n",
    ),
    ("a fraction for an integer", ICEPACK, "[services.icepack]\ntimeout = 1.5\n"),
    ("an integer for a boolean", ICEPACK, "[services.icepack]\ndatabase.multi_az = 1\n"),
    (
        "a text for a list",
        ICEPACK,
        "[services.icepack]\nload_balancer.source_ranges = \"10.0.0.0/8\"\n",
    ),
    (
        "numbers for a list of texts",
        ICEPACK,
        "[services.icepack]\nload_balancer.source_ranges = [1]\n",
    ),
    (
        "a pack that there is not",
        ICEPACK,
        "[services.third]\npack = \"helm-servise\"\n\n[services.icepack]\n",
    ),
    (
        "a list of environments in one of them",
        RDS,
        "[profiles.rds.services.icepack]\nenvironments = [\"dev\"]\n",
    ),
    (
        "a file of the pack that there is not",
        RDS,
        "[profiles.rds.services.icepack]\nfiles = [\"vales\"]\n",
    ),
    (
        "a file kept without a reason",
        RDS,
        "[profiles.rds.services.icepack]\nkeep = [{ file = \"a.tf\" }]\n",
    ),
    ("a setting that becomes null", RDS, "[profiles.rds.services.icepack]\nnull = [\"timeout\"]\n"),
    ("a path for a list of them", ICEPACK, "[services.icepack]\nsame = \"namespace\"\n"),
    (
        "a waiver without a reason",
        DEFAULTS,
        "[[waivers]]\ncheck = \"distinct\"\nat = \"environments.dev.account_id\"\n\n[defaults]\n",
    ),
    (
        "a waiver with a key of its own",
        DEFAULTS,
        "[[waivers]]\ncheck = \"distinct\"\nat = \"a\"\nreason = \"b\"\nuntil = \"c\"\n\n[defaults]\n",
    ),
];

const API: &str = "[environments.dev.services.icepack.scaling.api]\n";
