//! The record of who did what, as rows: everything that administrators, offices and the server itself
//! do apart from writing documents, whose changes are a record of their own.
//!
//! Holds ids, names of users and codes; never a voter's name, a petition's words or a secret.

use kiennghi_shared::id::{DocumentId, UnitCode, UserName};

use super::DeviceId;

/// Who does something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Who.
    pub by: By,
    /// When, milliseconds since 1970, by the server's clock.
    pub at: i64,
}

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// The server by itself.
    Server,
    /// Somebody at the server's command line.
    Command,
    /// A user, on a device; none where the user has yet to prove who that is.
    User(UserName, Option<DeviceId>),
}

impl By {
    /// As rows and exports have it: by which way, the user (empty for none), and the device (0 for none).
    #[must_use]
    pub fn parts(&self) -> (&'static str, &str, i64) {
        match self {
            By::Server => ("server", "", 0),
            By::Command => ("command", "", 0),
            By::User(user, device) => ("user", &user.0, device.map_or(0, |device| device.0)),
        }
    }
}

impl Stamp {
    /// Somebody at the server's command line.
    #[must_use]
    pub fn command(at: i64) -> Self {
        Self {
            by: By::Command,
            at,
        }
    }

    /// The server by itself.
    #[must_use]
    pub fn server(at: i64) -> Self {
        Self { by: By::Server, at }
    }

    /// A user on a device.
    #[must_use]
    pub fn device(user: &UserName, device: DeviceId, at: i64) -> Self {
        Self {
            by: By::User(user.clone(), Some(device)),
            at,
        }
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident = $name:literal, $words:literal;)*) => {
        /// What was done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[$doc])* $action,)*
        }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Action] = &[$(Action::$action,)*];

            /// The name in the store and in exports.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Action::$action => $name,)* }
            }

            /// What a person reads.
            #[must_use]
            pub fn words(self) -> &'static str {
                match self { $(Action::$action => $words,)* }
            }

            /// The action of this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Action> {
                Self::ALL.iter().copied().find(|action| action.name() == name)
            }
        }
    };
}

actions! {
    /// A district was put into an empty store.
    FoundDistrict = "district.found", "Lập đơn vị ban đầu";
    /// A unit was added or changed.
    PutUnit = "unit.put", "Ghi đơn vị";
    /// A term was added or changed.
    PutTerm = "term.put", "Ghi nhiệm kỳ";
    /// A session was added or changed.
    PutSession = "session.put", "Ghi kỳ họp";
    /// A field of work was added or changed.
    PutField = "field.put", "Ghi lĩnh vực";
    /// A rule of deadlines was added or changed.
    PutRule = "deadline.put", "Ghi thời hạn";
    /// A rule of deadlines was ended.
    EndRule = "deadline.end", "Kết thúc thời hạn";
    /// Deadlines are told of so many working days before.
    SetWarning = "deadline.warn", "Đặt số ngày báo sắp đến hạn";
    /// A day off or a day worked instead was added or changed.
    PutHoliday = "holiday.put", "Ghi ngày nghỉ hoặc ngày làm bù";
    /// A day is again as the week has it.
    DropHoliday = "holiday.drop", "Bỏ ngày nghỉ hoặc ngày làm bù";
    /// A user was added.
    AddUser = "user.add", "Thêm người dùng";
    /// A user has another name to show.
    RenameUser = "user.rename", "Đổi tên người dùng";
    /// A user may sign in again.
    EnableUser = "user.enable", "Mở lại tài khoản";
    /// A user may not sign in any more.
    DisableUser = "user.disable", "Ngừng tài khoản";
    /// A role was given.
    GiveGrant = "grant.give", "Giao vai trò";
    /// A role was taken back.
    EndGrant = "grant.end", "Thôi vai trò";
    /// A one-time code was made.
    IssueCode = "code.issue", "Cấp mã đăng ký máy";
    /// A device was enrolled.
    EnrolDevice = "device.enrol", "Đăng ký máy";
    /// A device was revoked.
    RevokeDevice = "device.revoke", "Thu hồi máy";
    /// The first administrator was made.
    SetUp = "server.set_up", "Thiết lập máy chủ";
    /// Somebody signed in with a password or a passkey.
    SignIn = "sign_in", "Đăng nhập";
    /// Somebody tried to.
    FailToSignIn = "sign_in.fail", "Đăng nhập không thành";
    /// Somebody signed out, here or everywhere.
    SignOut = "sign_out", "Đăng xuất";
    /// A password was set.
    SetPassword = "password.set", "Đặt mật khẩu";
    /// A passkey was added.
    AddPasskey = "passkey.add", "Thêm khoá truy cập";
    /// A passkey was removed.
    RemovePasskey = "passkey.remove", "Xoá khoá truy cập";
    /// Recovery codes were made.
    MakeRecoveryCodes = "recovery.make", "Tạo mã khôi phục";
    /// A recovery code was used.
    UseRecoveryCode = "recovery.use", "Dùng mã khôi phục";
    /// A device is sent alerts from now on, or at another address.
    SwitchAlertsOn = "alerts.on", "Bật lời nhắc";
    /// A device is sent alerts no more.
    SwitchAlertsOff = "alerts.off", "Tắt lời nhắc";
    /// A petitioner was recorded or changed.
    WritePetitioner = "petitioner.write", "Ghi người kiến nghị";
    /// A petitioner was read.
    ReadPetitioner = "petitioner.read", "Xem người kiến nghị";
    /// A petitioner was erased.
    ErasePetitioner = "petitioner.erase", "Xoá người kiến nghị";
    /// A document was erased.
    EraseDocument = "document.erase", "Xoá bản ghi";
    /// Late work was taken in.
    AcceptReview = "review.accept", "Nhận vào hồ sơ bản ghi chờ xem xét";
    /// Late work was left out.
    DismissReview = "review.dismiss", "Bỏ qua bản ghi chờ xem xét";
    /// Petitions were taken out of a spreadsheet.
    ImportPetitions = "petition.import", "Nhập kiến nghị từ bảng tính";
    /// Petitions were exported.
    Export = "export", "Xuất dữ liệu";
    /// A backup was put in the database's place.
    Restore = "restore", "Khôi phục bản sao lưu";
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// What.
    pub action: Action,
    /// What it was done to: a user's name, a code, an id.
    pub subject: String,
    /// The unit that it concerns, when it concerns one.
    pub unit: Option<UnitCode>,
    /// What else is to be known, for people; empty for nothing.
    pub detail: String,
}

impl AuditEvent {
    /// Something done to a subject.
    #[must_use]
    pub fn new(action: Action, subject: impl std::fmt::Display) -> Self {
        Self {
            action,
            subject: subject.to_string(),
            unit: None,
            detail: String::new(),
        }
    }

    /// With the unit that it concerns.
    #[must_use]
    pub fn in_unit(mut self, unit: &UnitCode) -> Self {
        self.unit = Some(unit.clone());
        self
    }

    /// With what else is to be known.
    #[must_use]
    pub fn with(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Something done to a document.
    #[must_use]
    pub fn of_document(action: Action, document: DocumentId, unit: &UnitCode) -> Self {
        Self::new(action, document).in_unit(unit)
    }
}

/// A row of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number: 1, 2, 3 …
    pub seq: u64,
    /// Who, and when.
    pub stamp: Stamp,
    /// What.
    pub event: AuditEvent,
    /// The hash chain's link at this row: SHA-256 over the link before it and the row.
    pub link: [u8; 32],
}

/// Which rows are wanted, the newest first.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Only rows that concern one of these units; all rows when none is given.
    pub units: Option<Vec<UnitCode>>,
    /// Only what this user did.
    pub user: Option<UserName>,
    /// Only this action.
    pub action: Option<Action>,
    /// Older than this row.
    pub before: Option<u64>,
    /// How many at most.
    pub limit: u64,
}

/// The end of a day's record, signed by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The day in UTC+7, `yyyy-mm-dd`.
    pub day: String,
    /// The day's last row.
    pub seq: u64,
    /// The link at that row.
    pub link: [u8; 32],
    /// Ed25519 over [`AuditHead::message`].
    pub signature: [u8; 64],
}

impl AuditHead {
    /// What is signed: a label, the day, the row's number (big endian) and the link.
    #[must_use]
    pub fn message(day: &str, seq: u64, link: &[u8; 32]) -> Vec<u8> {
        let mut message = b"kiennghi audit head 1\0".to_vec();
        message.extend(day.as_bytes());
        message.extend(seq.to_be_bytes());
        message.extend(link);
        message
    }
}
