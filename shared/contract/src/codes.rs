//! Enums of codes: one list of variants, each with its text on the wire.

/// An enum whose variants are texts on the wire, with the list of all of them.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:expr,)+ }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every value there is, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The text on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

/// Codes within published data: they are in its JSON Schema, and frozen.
macro_rules! frozen_codes {
    ($doc:literal, $name:ident { $($variants:tt)+ }) => {
        $crate::codes::codes! {
            #[doc = $doc]
            ///
            /// Frozen: a published enum never grows, since consumers written against it would refuse
            /// the new value. See *Architecture invariants* in ARCHITECTURE.md.
            #[derive(schemars::JsonSchema)]
            #[schemars(description = $doc)]
            $name { $($variants)+ }
        }
    };
}

pub(crate) use {codes, frozen_codes};
