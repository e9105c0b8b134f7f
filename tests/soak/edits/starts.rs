//! Files of environments as people write them, each unlike the others.
//!
//! All are projects of the shop's pack, so that one vocabulary fits them.

pub(crate) const ROUND: &str = r#"# A shop in three environments.

[project]
output = "generated"
also   = [".github/workflows"]
order  = ["dev", "stage", "prod"] # left to right

# What holds everywhere.
[defaults]
region = "eu-west-1" # Ireland

[profiles.small.services.shop] # two sizes
scaling.max = 2

# Where the first look is taken.
[environments.dev]
account_id = "111111111111"
profiles   = ["small"]
vars.hosts = [ # those that see it
  "one.example.net", # the first
  "two.example.net"
  # and that is all
]

[environments.stage]
account_id = "333333333333" # the third

[environments.prod]
account_id = "222222222222"
vars.role  = "arn:aws:iam::222222222222:role/deploy"

# The services.

[services.shop]
pack  = "web"
image = "shop:1.0"

[services.blog]
pack         = "web"
environments = ["dev", "prod"] # not in stage
image        = "blog:1.0"

# What only one has.

[environments.prod.services.shop]
scaling.max = 9 # measured
hostname    = "shop.example.net"
# The end.
"#;

/// Dotted keys, and no header at all.
pub(crate) const DOTTED: &str = r#"project.output = "generated"
project.also   = [".github/workflows"]
project.order  = ["dev", "prod"]

defaults.region = "eu-west-1" # d

environments.dev.account_id = "111111111111" # e1
environments.dev.services.shop.scaling.max = 2
environments.prod.account_id = "222222222222" # e2
environments.prod.services.shop.scaling.max = 9 # e3

services.shop.pack  = "web"
services.shop.image = "shop:1.0" # s1
services.blog.pack  = "web"
services.blog.image = "blog:1.0"
services.blog.environments = ["prod"]
"#;

/// Dotted keys below headers.
pub(crate) const HALF_DOTTED: &str = r#"[project]
output = "generated"
also = [".github/workflows"]
order = ["dev", "prod"]
[defaults]
region = "eu-west-1"
vars.a.b = 1
vars.a.c = "{{ env.name }}" # v
[environments]
dev.account_id = "111111111111"
dev.services.shop = { scaling = { max = 2 }, values.a = [1, 2] } # half of prod
# Between.
prod.account_id = "222222222222"
prod.services.shop.scaling = { min = 1, max = 9 }
[services]
shop = { pack = "web", image = "shop:1.0" } # one line
blog.pack = "web"
blog.image = "blog:1.0"
"#;

/// Tables in braces, on one line and on several.
pub(crate) const INLINE: &str = r#"project = { output = "generated", also = [".github/workflows"], order = ["dev", "prod"] }
defaults = { region = "eu-west-1", vars = { a = 1 } } # d

[environments] # all of them
dev = { account_id = "111111111111", services.shop = { scaling.max = 2 } } # e1
prod = { # e2
  account_id = "222222222222", # e3
  # e4
  services.shop = {
    scaling = { max = 9 }, # e5
    values = { a = "x" }
  },
}

[services]
shop = { pack = "web", image = "shop:1.0" }
blog = { pack = "web", image = "blog:1.0", environments = ["dev"] }
"#;

/// Lists with a line for each item, and steps of several.
pub(crate) const LISTS: &str = r#"[project]
output = "generated"
also = [
    ".github/workflows",
]
order = [
    # first
    "dev", # o1
    [ # o2
        "stage", # o3
        'eu'
    ], # o4
    ["prod"],
    # last
] # o5

[defaults]
region = "eu-west-1"

[environments.dev]
account_id = "111111111111"
[environments.stage]
account_id = "333333333333"
[environments.eu]
account_id = "444444444444"
[environments.prod]
account_id = "222222222222"

[services.shop]
pack = "web"
image = "shop:1.0"
environments = [ "dev" # s1
    , "stage", "eu"
    , "prod"
]

[services.blog]
pack = "web"
image = "blog:1.0"
environments = [
    "stage", "eu", # s2
    "prod" ] # s3
"#;

/// A comment wherever one can stand, blanks where nobody wants them.
pub(crate) const COMMENTS: &str = "# c1\n\n# c2\n[project] # c3\n# c4\noutput = \"generated\" # c5\n\
    \t# c6\n  also = [\".github/workflows\"]# c7\norder=[\"dev\",\"prod\"] # c8\n# c9\n\n# c10\n\n\
    # c11\n[defaults]\n# c12\nregion   =   'eu-west-1'   # c13\n# c14\n# c15\n[environments.dev]# c16\n\
    \n\n\n# c17\naccount_id = \"111111111111\"   \n\n# c18\n[environments.dev.services.shop]\n# c19\n\
    scaling.max = 2 # c20\n# c21\n\n# c22\n\n  [environments.prod] # c23\n  # c24\n  \
    account_id = \"222222222222\" # c25\n\n  # c26\n\n  [environments.prod.services.shop.scaling] # c27\n    \
    max = 9 # c28\n    # c29\n\n# c30\n\n\n[services.shop] # c31\npack = \"web\" # c32\n\
    image = \"shop:1.0\"# c33\n# c34\n\n# c35\n[services.blog]\n\n# c36\npack = \"web\"\n# c37\n\
    image = '''blog # no comment\n[x]\n''' # c38\n\n# c39\n";

/// Keys in quotes, strings in every form, tables in no order.
pub(crate) const QUOTED: &str = r##"["services"."shop"] # k1
'pack' = 'web'
"image" = """
shop "1.0" # not a comment
"""
[services . 'shop'. values]
"a b" = { "c.d" = 1, 'e' = "#" } # k2
"\u00e9" = '"'
list = [{ x = 1 }, { x = 2 }]

[environments.'prod'.services.shop.values]
# k3
"a b"."c.d" = 2

['environments'.dev]
"account_id" = "111111111111" # k4
"vars"."x.y" = """a\
   b"""

[[waivers]]
check  = "distinct"
at     = "environments.prod.services.shop.hostname"
reason = "Two of them share a name." # k5

[environments.dev.services.shop]
hostname = "shop.example.net"

[environments."prod"]
account_id = '222222222222'

[environments.prod.services.shop]
hostname = "shop.example.net" # k6

[project]
order = ['dev', "prod"]
output = "generated"
also = [".github/workflows"]

[defaults]
region = "eu-west-1"

[services.blog]
pack = "web"
image = "blog:1.0"
[[services.blog.values.rules]]
on = true # k7
[[services.blog.values.rules]]
on = false
[services.blog.values.rules.deep]
x = 1

[environments.prod.services.blog.scaling]
max = 3"##;
