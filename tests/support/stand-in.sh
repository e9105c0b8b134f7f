#!/usr/bin/env bash
# Stands in for each program that would reach the world: notes its call in $CALLS, and answers as if nothing
# (WORLD=empty) or everything (WORLD=complete) were there. Fields end in a unit separator, calls in a record separator.
name=${0##*/}
case " $* " in *"/dev/stdin "* | *"--password-stdin "*) input=$(cat) ;; esac
printf '%s\x1f' "$name" "$@" ${input+"<$input"} >>"$CALLS"
printf '\x1e' >>"$CALLS"

# said IF_COMPLETE IF_EMPTY
said() { if [ "$WORLD" = complete ]; then echo "$1"; else echo "$2"; fi; }
is_there() { [ "$WORLD" = complete ]; }

case "$name $*" in
*"get-caller-identity "*) echo "$ACCOUNT" ;;
*" list-hosted-zones-by-name "*) said /hostedzone/Z1 None ;;
*" create-hosted-zone "*) echo /hostedzone/Z1 ;;
*" list-certificates "*)
    if grep -q request-certificate "$CALLS"; then WORLD=complete; fi
    said arn:aws:acm:us-east-1:111111111111:certificate/one None
    ;;
*" request-certificate "*) echo arn:aws:acm:us-east-1:111111111111:certificate/one ;;
*" describe-certificate "*) echo '{"Name": "_a.example.net.", "Type": "CNAME", "Value": "_b.example.net."}' ;;
*" cluster.identity.oidc.issuer "*) echo https://oidc.example.net/id/ONE ;;
*" cluster.resourcesVpcConfig.vpcId "*) echo vpc-1 ;;
*" describe-vpcs "*) echo vpc-1 ;;
*" list-open-id-connect-providers "*) said arn:aws:iam::111111111111:oidc-provider/gitlab '' ;;
*" create-open-id-connect-provider "*) echo arn:aws:iam::111111111111:oidc-provider/gitlab ;;
*" assume-role "*) echo '{"Credentials": {"AccessKeyId": "A", "SecretAccessKey": "B", "SessionToken": "C"}}' ;;
*" get-login-password"*) echo password ;;
"aws "*" head-"* | "aws iam get-"* | "aws "*" get-secret-value "* | "aws "*" describe-access-entry "*) is_there ;;
"aws "*" describe-repositories "* | "aws "*" describe-secret "* | "helm status "*) is_there ;;
"gh api repos/{owner}/{repo}") echo '{"full_name": "acme/shop", "name": "shop", "id": 2, "owner": {"login": "acme", "id": 1}}' ;;
"gh api user "*) echo 7 ;;
"gh run list "*) echo 42 ;;
"gh api --silent repos/"*) is_there ;;
"curl "*" --json "*) ;;
"curl "*"/protected_"*) is_there ;;
"curl "*"/projects/"*) echo '{"path_with_namespace": "acme/clusters"}' ;;
"curl "*"/iam_policy.json") echo '{}' ;;
esac
