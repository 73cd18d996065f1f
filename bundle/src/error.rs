//! Why a bundle or a key is refused.

use std::fmt;

/// Why a bundle or a key is refused: which check, and in words where and what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BundleError {
    /// The check that it did not pass.
    pub kind: ErrorKind,
    /// Where, and what is wrong.
    pub message: String,
}

/// The checks that a bundle or a key may not pass, in the order in which they are made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ErrorKind {
    /// The file is larger than a bundle may be.
    TooLarge,
    /// The file is something else.
    NotABundle,
    /// The container is of a version that is not known.
    ContainerVersion,
    /// The bytes are not those that were written.
    Damaged,
    /// The lengths in the file do not add up.
    Sections,
    /// Nobody signed it.
    Unsigned,
    /// Nobody who is trusted signed it.
    UntrustedSigner,
    /// A signature in the name of a trusted key was not made with it.
    BadSignature,
    /// The only signatures by trusted keys are by keys that may not sign this.
    KeyPurpose,
    /// The only signatures by trusted keys are by keys that were not in force.
    KeyNotInForce,
    /// The only signatures by trusted keys are by keys that are revoked.
    KeyRevoked,
    /// Fewer trusted keys signed it than must.
    Threshold,
    /// Its sequence number is below the lowest that is taken.
    Rollback,
    /// It may no longer be loaded.
    Expired,
    /// The signed id is not that of the contents.
    Digest,
    /// It was written in a version of the language that is not known.
    LanguageVersion,
    /// It was compiled to a version of the instruction set that is not known.
    InstructionSetVersion,
    /// A section is not the canonical encoding of anything.
    Encoding,
    /// The declarations do not fit together.
    Schema,
    /// A user's policy uses what is declared otherwise than where it was compiled, or not at all.
    Interface,
    /// An action's request does not begin with what every request begins with.
    Envelope,
    /// A parameter's default, range or setting is not a value it may have.
    Parameter,
    /// A constant is not a value of its type.
    Constant,
    /// A unit, a rule or a statement refers to what is not there, or is not in its place.
    Unit,
    /// The order of evaluation is not the one that is laid down.
    Order,
    /// It is said in two ways whether a layer counts, or of a part of the base that it does not.
    Mode,
    /// An instruction may not stand where it stands.
    Instruction,
    /// A register is not there, may not be written, or is of another type.
    Register,
    /// A jump does not go ahead to an instruction of its code.
    Jump,
    /// Loops are not nested one within the other.
    Loop,
    /// An instruction's number of a constant, parameter, fact or site refers to nothing.
    Operand,
    /// A statement's effect is not the one of the instruction.
    Effect,
    /// An evaluation could take too many steps.
    Steps,
    /// The source map is not one of this code.
    SourceMap,
    /// An evaluation could take more steps than this host allows.
    StepLimit,
    /// A change is of another bundle than the one in force.
    DeltaBase,
    /// A change is of something else than users' policies.
    DeltaLayer,
    /// A change replaces what is not there.
    DeltaUser,
    /// A change sets a parameter to more than was counted with.
    DeltaBound,
    /// A change would make the bundle hold for longer.
    DeltaExpiry,
    /// A text is not a set of trusted keys.
    KeySet,
    /// A set has no key that is called so, or several.
    NoSuchKey,
    /// A text is not a key.
    Key,
    /// A private key stands where a public one is asked for, or the other way round.
    WrongKey,
    /// A key that does not protect anything.
    WeakKey,
}

impl ErrorKind {
    /// The error's code, `B01xx`.
    pub fn code(self) -> &'static str {
        match self {
            ErrorKind::TooLarge => "B0101",
            ErrorKind::NotABundle => "B0102",
            ErrorKind::ContainerVersion => "B0103",
            ErrorKind::Damaged => "B0104",
            ErrorKind::Sections => "B0105",
            ErrorKind::Unsigned => "B0106",
            ErrorKind::UntrustedSigner => "B0107",
            ErrorKind::BadSignature => "B0108",
            ErrorKind::Digest => "B0109",
            ErrorKind::LanguageVersion => "B0110",
            ErrorKind::InstructionSetVersion => "B0111",
            ErrorKind::Encoding => "B0112",
            ErrorKind::Schema => "B0120",
            ErrorKind::Interface => "B0165",
            ErrorKind::Envelope => "B0121",
            ErrorKind::Parameter => "B0122",
            ErrorKind::Constant => "B0123",
            ErrorKind::Unit => "B0124",
            ErrorKind::Order => "B0125",
            ErrorKind::Mode => "B0143",
            ErrorKind::Instruction => "B0130",
            ErrorKind::Register => "B0131",
            ErrorKind::Jump => "B0132",
            ErrorKind::Loop => "B0133",
            ErrorKind::Operand => "B0134",
            ErrorKind::Effect => "B0135",
            ErrorKind::Steps => "B0136",
            ErrorKind::SourceMap => "B0126",
            ErrorKind::Rollback => "B0175",
            ErrorKind::Expired => "B0176",
            ErrorKind::StepLimit => "B0177",
            ErrorKind::DeltaBase => "B0160",
            ErrorKind::DeltaLayer => "B0161",
            ErrorKind::DeltaUser => "B0162",
            ErrorKind::DeltaBound => "B0163",
            ErrorKind::DeltaExpiry => "B0164",
            ErrorKind::Threshold => "B0178",
            ErrorKind::KeyRevoked => "B0179",
            ErrorKind::KeyNotInForce => "B0180",
            ErrorKind::KeyPurpose => "B0181",
            ErrorKind::KeySet => "B0182",
            ErrorKind::NoSuchKey => "B0183",
            ErrorKind::Key => "B0140",
            ErrorKind::WrongKey => "B0141",
            ErrorKind::WeakKey => "B0142",
        }
    }

    /// The reason code of a decision that is refused because there is no bundle that may run.
    pub fn reason_code(self) -> &'static str {
        match self {
            ErrorKind::Order => "EVALUATION_ORDER_UNSTABLE",
            _ => "POLICY_CONFIG_ERROR",
        }
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            ErrorKind::TooLarge => "split the policy into several projects, or shorten its lists",
            ErrorKind::NotABundle => "give a file that `lictor build` wrote",
            ErrorKind::ContainerVersion | ErrorKind::LanguageVersion | ErrorKind::InstructionSetVersion => {
                "use the version of lictor that built it, or build it again with this one"
            }
            ErrorKind::Damaged => "fetch the file again; if that does not help, build it again",
            ErrorKind::Unsigned => "build it again with a key: `lictor build PATH -o FILE --key KEYFILE`",
            ErrorKind::UntrustedSigner => {
                "check which public key you trust; if it is the right one, do not use this file"
            }
            ErrorKind::KeyPurpose => "have it signed with a key that may sign it",
            ErrorKind::KeyNotInForce => {
                "have it signed with a key that is in force, or say what time it is, where nobody did"
            }
            ErrorKind::KeyRevoked => {
                "do not use this file unless its owner signs it anew, with a key that is not revoked"
            }
            ErrorKind::Threshold => "have it signed with more of the keys that are trusted here",
            ErrorKind::Rollback => {
                "use the newest edition; to go back on purpose, build the old policy again with a higher sequence number"
            }
            ErrorKind::Expired => {
                "use a newer edition, or have this one built and signed again with a later `--expires`"
            }
            ErrorKind::StepLimit => {
                "give the policy's lists and texts smaller bounds, or raise the limit of this host; `lictor inspect` shows what each action can take"
            }
            ErrorKind::DeltaBase => {
                "apply changes in the order in which they were made, or load the whole bundle that comes of them"
            }
            ErrorKind::DeltaLayer | ErrorKind::DeltaUser | ErrorKind::DeltaBound | ErrorKind::DeltaExpiry => {
                "build the whole bundle again, and have it signed with a key that may sign bundles"
            }
            ErrorKind::Interface => {
                "compile the user's policy again with the declarations of this bundle, or build the whole bundle again"
            }
            ErrorKind::NoSuchKey => "name a key as `lictor keys list` shows it",
            ErrorKind::KeySet => "mend the file, or write it anew with `lictor keys add`",
            ErrorKind::BadSignature | ErrorKind::Digest => {
                "do not use this file: it claims what its signer did not sign"
            }
            ErrorKind::Key => "make a pair of keys with `lictor keygen`",
            ErrorKind::WrongKey => "building takes the private key, verifying the public one",
            ErrorKind::WeakKey => "do not use this key; make a pair of keys with `lictor keygen`",
            _ => {
                "build it again with this version of lictor, and do not use a file from elsewhere that fails so"
            }
        }
    }
}

impl BundleError {
    /// An error with its message.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> BundleError {
        BundleError { kind, message: message.into() }
    }

    /// The error's code, `B01xx`.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        self.kind.help()
    }
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.message)
    }
}

impl std::error::Error for BundleError {}
