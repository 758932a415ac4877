//! Customers as revision 1 of the contract let them be stored.

use contract::Customer;
use serde::{Deserialize, Deserializer};

/// Reads a stored customer, and leaves out a phone by which nobody can be reached: what is published of the request anew keeps the
/// limits.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Customer, D::Error> {
    let mut customer = Customer::deserialize(from)?;
    customer.phone = customer.phone.filter(|phone| !phone.is_too_short());
    Ok(customer)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn customer(stored: Value) -> contract::Customer {
        super::deserialize(stored).unwrap()
    }

    #[test]
    fn a_stored_phone_that_is_too_short_is_left_out_and_the_rest_stays() {
        let endpoint = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/app/id";
        let rest = json!({ "id": "c1", "pushEndpointArn": endpoint, "locale": "en-US" });
        let mut short = rest.clone();
        short["phone"] = json!("+82");
        assert_eq!(customer(short), serde_json::from_value(rest).unwrap());
    }

    #[test]
    fn any_other_customer_is_read_as_it_was_stored() {
        for stored in [json!({ "id": "c1" }), json!({ "id": "c1", "phone": "+8210000" })] {
            assert_eq!(customer(stored.clone()), serde_json::from_value(stored).unwrap());
        }
    }
}
