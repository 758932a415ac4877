//! A function's table.

use serde_json::json;
use wiring::TableSpec;

use super::key;
use crate::doctor::checks::{Checks, Finding};
use crate::doctor::codes;
use crate::doctor::context::{Context, REVERT};
use crate::doctor::read::tables::Table;

/// What a table is.
pub fn is_as_deployed(checks: &mut Checks, cx: &Context, spec: &TableSpec, name: &str, read: &Table) {
    for index in &spec.indexes {
        checks.that(read.indexes.contains(index), || {
            Finding::new(&codes::INDEX_MISSING, format!("{name} has no index {index}"), REVERT)
        });
    }
    if cx.is_prod {
        checks.that(read.is_protected, || {
            let input = json!({ "TableName": name, "DeletionProtectionEnabled": true });
            let what = format!("{name} is not protected against deletion");
            Finding::new(&codes::TABLE_UNPROTECTED, what, cx.aws("dynamodb update-table", &input))
        });
    }
    if checks.is_here(cx.is_local, "tables' key, recovery and expiry") {
        key::encrypts(checks, cx, name, &read.key, |key| {
            let encryption = json!({ "Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": key });
            let input = json!({ "TableName": name, "SSESpecification": encryption });
            cx.aws("dynamodb update-table", &input)
        });
    }
}

/// A table can be restored to any second.
pub fn has_recovery(checks: &mut Checks, cx: &Context, name: &str, has_recovery: bool) {
    checks.that(has_recovery, || {
        let recovery = json!({ "PointInTimeRecoveryEnabled": true });
        let input = json!({ "TableName": name, "PointInTimeRecoverySpecification": recovery });
        let what = format!("{name} has no point-in-time recovery");
        Finding::new(
            &codes::TABLE_WITHOUT_RECOVERY,
            what,
            cx.aws("dynamodb update-continuous-backups", &input),
        )
    });
}

/// Items expire by the right attribute, or not at all.
pub fn expires(checks: &mut Checks, cx: &Context, spec: &TableSpec, name: &str, expiry: Option<&str>) {
    let wanted = spec.expiry.as_deref();
    checks.that(expiry == wanted, || {
        let shown = |expiry: Option<&str>| expiry.map_or("never".to_owned(), |attribute| format!("by {attribute}"));
        let what = format!("items of {name} expire {}, and should {}", shown(expiry), shown(wanted));
        let attribute = expiry.or(wanted).unwrap_or_default();
        let expiry = json!({ "AttributeName": attribute, "Enabled": wanted == Some(attribute) });
        let input = json!({ "TableName": name, "TimeToLiveSpecification": expiry });
        Finding::new(
            &codes::EXPIRY_DIFFERS,
            what,
            cx.aws("dynamodb update-time-to-live", &input),
        )
    });
}

#[cfg(test)]
mod tests {
    use wiring::{DEPLOYED, Function};

    use super::*;
    use crate::doctor::context::on_aws;

    fn spec(function: Function) -> &'static TableSpec {
        let mut tables = DEPLOYED.required.tables.iter();
        tables.find(|table| table.function == function).unwrap()
    }

    #[test]
    fn each_difference_of_a_table_is_found() {
        let good = Table {
            key: "arn:aws:kms:r:1:key/k".to_owned(),
            is_protected: true,
            indexes: vec!["History".to_owned()],
        };
        let of = |cx: &Context, read: &Table| {
            let mut checks = Checks::default();
            is_as_deployed(&mut checks, cx, spec(Function::Points), "t", read);
            checks.codes()
        };
        let mut cx = on_aws();
        assert!(of(&cx, &good).is_empty());
        assert_eq!(
            of(
                &cx,
                &Table {
                    key: String::new(),
                    ..good.clone()
                }
            ),
            ["not-encrypted"]
        );
        assert_eq!(
            of(
                &cx,
                &Table {
                    indexes: Vec::new(),
                    ..good.clone()
                }
            ),
            ["index-missing"]
        );
        let unprotected = Table {
            is_protected: false,
            ..good
        };
        assert_eq!(of(&cx, &unprotected), ["table-unprotected"]);
        cx.is_prod = false;
        assert!(of(&cx, &unprotected).is_empty());
    }

    #[test]
    fn items_expire_by_the_templates_attribute_or_never() {
        let of = |function, expiry| {
            let mut checks = Checks::default();
            expires(&mut checks, &on_aws(), spec(function), "t", expiry);
            has_recovery(&mut checks, &on_aws(), "t", true);
            checks.codes()
        };
        assert!(of(Function::Matching, Some("expiresAt")).is_empty() && of(Function::Points, None).is_empty());
        assert_eq!(of(Function::Matching, None), ["expiry-differs"]);
        assert_eq!(of(Function::Points, Some("expiresAt")), ["expiry-differs"]);
        let mut checks = Checks::default();
        has_recovery(&mut checks, &on_aws(), "t", false);
        assert_eq!(checks.codes(), ["table-without-recovery"]);
    }
}
