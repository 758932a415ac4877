//! What is made from the table of events.

/// The enums `EventType` and `Event`, and all that differs by type.
macro_rules! events {
    (
        consumed {
            $($name:ident = $text:literal, $emitter:expr, $group:expr;)+
        }
        never consumed {
            $quarantined:ident = $quarantine_text:literal, $any:expr, $record:expr;
        }
    ) => {
        $crate::codes::codes! {
            /// The type of an event: its envelope's `type`. New ones may come, and a reader ignores those that it does
            /// not know.
            EventType {
                $(#[doc = concat!("`", $text, "`")] $name = $text,)+
                #[doc = concat!("`", $quarantine_text, "`")]
                $quarantined = $quarantine_text,
            }
        }

        impl EventType {
            /// Where events of this type come from.
            pub fn emitter(self) -> $crate::Emitter {
                match self {
                    $(Self::$name => $emitter,)+
                    Self::$quarantined => $any,
                }
            }

            /// What their message group is.
            pub fn message_group(self) -> $crate::MessageGroup {
                match self {
                    $(Self::$name => $group,)+
                    Self::$quarantined => $record,
                }
            }

            /// The JSON Schema of the envelope with this type's data.
            pub(crate) fn envelope_schema(self) -> serde_json::Value {
                match self {
                    $(Self::$name => $crate::schema::of::<$crate::$name>(),)+
                    Self::$quarantined => $crate::schema::of::<$quarantined<'_>>(),
                }
            }
        }

        /// The data of any event that a consumer may take: of all types but `record.quarantined`.
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        #[serde(untagged)]
        #[expect(missing_docs, reason = "each is named as its contents")]
        pub enum Event {
            $($name($crate::$name),)+
        }

        impl Event {
            /// Reads the `data` of an event; `None` for the one type that no consumer takes.
            pub(crate) fn read(
                event_type: EventType,
                data: &serde_json::value::RawValue,
            ) -> Result<Option<Self>, $crate::json::Flaw> {
                Ok(Some(match event_type {
                    $(EventType::$name => Self::$name($crate::events::read(data)?),)+
                    EventType::$quarantined => return Ok(None),
                }))
            }

            /// The type that goes with the data.
            pub fn event_type(&self) -> EventType {
                match self {
                    $(Self::$name(_) => EventType::$name,)+
                }
            }

            pub(super) fn data(&self) -> &dyn $crate::events::EventData {
                match self {
                    $(Self::$name(data) => data,)+
                }
            }
        }

        $(impl From<$crate::$name> for Event {
            fn from(data: $crate::$name) -> Self {
                Self::$name(data)
            }
        })+
    };
}

pub(super) use events;
