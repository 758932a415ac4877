"""The conditions under which the DynamoDB adapters write, and what else they must not take for granted.

In the simulation the tables' twins hold these, so that the adapters' own tests have to notice.
"""

from devstack.verification.breaks.guard import Break


def put(item: str) -> str:
    """A put under no condition, in place of one that wants the item to be absent."""
    return f"TransactWriteItem::builder().put(self.table.put_builder({item}).build()?).build()"


STORES = [
    Break(
        "store: move a request on that was moved meanwhile",
        "functions/matching/src/store/expressions.rs",
        '"#attempt = :attempt AND #state = :state"',
        '"#attempt = :attempt AND (#state = :state OR attribute_exists(pk))"',
        package="matching",
    ),
    Break(
        "store: put a new request over one that is there",
        "functions/matching/src/store/expressions.rs",
        "return Ok(table.put_new(item)?);",
        "return Ok(Write::builder().put(table.put_builder(item).build()?).build());",
        package="matching",
    ),
    Break(
        "store: claim a partner that was registered anew meanwhile",
        "functions/matching/src/store/expressions.rs",
        'conditions.push("#registered.#version = :version");',
        'conditions.push("#registered.#version >= :version");',
        package="matching",
    ),
    Break(
        "store: claim beyond the capacity",
        "functions/matching/src/store/expressions.rs",
        '"#openMatches < #registered.#capacity"',
        '"#openMatches <= #registered.#capacity"',
        package="matching",
    ),
    Break(
        "store: register a partner for the first time over a registration",
        "functions/matching/src/store/expressions.rs",
        "None => ABSENT,",
        'None => "attribute_not_exists(expiresAt)",',
        package="matching",
    ),
    Break(
        "store: take partners left out of an answer for unknown",
        "shared/aws/src/table.rs",
        "if answer.unprocessed_keys.is_some_and(|keys| !keys.is_empty()) {",
        "if false && answer.unprocessed_keys.is_some_and(|keys| !keys.is_empty()) {",
        package="matching",
    ),
    Break(
        "store: decide what is decided",
        "functions/points/src/store/dynamodb.rs",
        "let record = self.table.put_new(items::decision(decision)?)?;",
        f"let record = {put('items::decision(decision)?')};",
        package="points",
    ),
    Break(
        "store: open an account that is open",
        "functions/points/src/store/dynamodb.rs",
        "1 => self.table.put_new(item)?,",
        f"1 => {put('item')},",
        package="points",
    ),
    Break(
        "store: write an account whose sequence went on",
        "functions/points/src/store/dynamodb.rs",
        '"#sequence = :before"',
        '"#sequence >= :before"',
        package="points",
    ),
    Break(
        "store: refuse for an unknown account that was opened meanwhile",
        "functions/points/src/store/dynamodb.rs",
        "return Ok(vec![record, self.table.check_absent(partner)?]);",
        "let _ = self.table.check_absent(partner)?; return Ok(vec![record]);",
        package="points",
    ),
    Break(
        "store: take keys left unread for absent items",
        "shared/aws/src/table.rs",
        "if answer.unprocessed_keys.is_some_and(|keys| !keys.is_empty()) {",
        "if false && answer.unprocessed_keys.is_some_and(|keys| !keys.is_empty()) {",
        package="points",
    ),
    Break(
        "store: lease a request that another process has leased",
        "functions/notification/src/store/dynamodb.rs",
        "OR leaseUntil <= :now))",
        "OR leaseUntil <> :now))",
        package="notification",
    ),
    Break(
        "store: lease an attempt that has an outcome",
        "functions/notification/src/store/dynamodb.rs",
        "AND attribute_not_exists(#told) ",
        "AND (attribute_not_exists(#told) OR attribute_exists(#told)) ",
        package="notification",
    ),
    Break(
        "store: lease an attempt that was superseded",
        "functions/notification/src/store/dynamodb.rs",
        "(attempt <= :attempt ",
        "(attribute_exists(attempt) ",
        package="notification",
    ),
    Break(
        "store: save under a lost lease",
        "functions/notification/src/store/dynamodb.rs",
        '.under(lease)\n            .update_expression("SET',
        '.under(lease)\n            .condition_expression("attempt = :attempt OR leaseUntil = :until")\n'
        '            .update_expression("SET',
        package="notification",
    ),
    Break(
        "store: release another process's lease",
        "functions/notification/src/store/dynamodb.rs",
        'self.under(lease).update_expression("REMOVE',
        'self.under(lease).condition_expression("attempt = :attempt OR leaseUntil = :until").update_expression("REMOVE',
        package="notification",
    ),
    Break(
        "store: count under a number that is taken",
        "functions/statistics/src/store/dynamodb.rs",
        "self.table.put_new(items::event_item(event)?)?",
        put("items::event_item(event)?"),
        package="statistics",
    ),
]
