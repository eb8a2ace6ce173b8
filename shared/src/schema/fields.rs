//! The fields of each kind, in the order of its form.

use super::{DENUNCIATIONS, Field, PETITIONER, Shape, field, required};
use crate::limits::{CASES_OF_DISPATCH_MAX, LINE_CHARS_MAX, LIST_ITEMS_MAX, PROSE_CHARS_MAX};

const LINE: Shape = Shape::Line(LINE_CHARS_MAX);
const PROSE: Shape = Shape::Prose(PROSE_CHARS_MAX);
const PEOPLE: Shape = Shape::Number(1_000_000);

pub(super) const MEETING: &[Field] = &[
    field("session", "Kỳ họp", Shape::Code),
    field("phase", "Thời điểm", Shape::Code),
    field("plan_number", "Số kế hoạch", LINE),
    required("date", "Ngày", Shape::Date),
    field("place", "Địa điểm", LINE),
    field("village", "Thôn, bản, khu phố", LINE),
    field("meeting_kind", "Hình thức", Shape::Code),
    field("delegates", "Đại biểu dự", Shape::Lines(LIST_ITEMS_MAX)),
    field("voters_present", "Số cử tri dự", PEOPLE),
    field("minutes", "Biên bản", PROSE),
    field(
        DENUNCIATIONS,
        "Đơn tố cáo nhận bằng giấy (số vào sổ)",
        Shape::RegisterNumbers(LIST_ITEMS_MAX),
    ),
    field("recorder", "Người ghi", LINE),
    field("recorded_at", "Ghi lúc", Shape::Instant),
];

pub(super) const PETITION: &[Field] = &[
    field("code", "Mã số", Shape::Line(40)),
    field("meeting", "Cuộc tiếp xúc", Shape::Reference),
    field("village", "Thôn, bản, khu phố", LINE),
    field("place", "Vị trí", LINE),
    field("position", "Toạ độ", Shape::Position),
    required("content", "Nội dung", PROSE),
    field("voters", "Số cử tri nêu", PEOPLE),
    field("field", "Lĩnh vực", Shape::Code),
    field("competence", "Thẩm quyền", Shape::Code),
    field("petition_kind", "Loại", Shape::Code),
    field("keywords", "Từ khoá", Shape::Lines(LIST_ITEMS_MAX)),
    field("attachments", "Tệp đính kèm", Shape::Lines(LIST_ITEMS_MAX)),
    field("recorder", "Người ghi", LINE),
    field("recorded_at", "Ghi lúc", Shape::Instant),
    field(PETITIONER, "Người kiến nghị", Shape::Reference),
];

pub(super) const CASE: &[Field] = &[
    field("code", "Mã số", Shape::Line(40)),
    required("wording", "Nội dung chung", PROSE),
    field("field", "Lĩnh vực", Shape::Code),
    field("competence", "Thẩm quyền", Shape::Code),
    field("session", "Kỳ họp", Shape::Code),
    field("due", "Hạn trả lời", Shape::Date),
    field("repeated_from", "Đã nêu trước đây", Shape::Reference),
    field("recorder", "Người lập", LINE),
    field("recorded_at", "Lập lúc", Shape::Instant),
];

pub(super) const CONSOLIDATION: &[Field] = &[
    required("petition", "Kiến nghị", Shape::Reference),
    field("case", "Vụ việc", Shape::Reference),
];

pub(super) const DISPATCH: &[Field] = &[
    required("dispatch_kind", "Loại văn bản", Shape::Code),
    field("number", "Số, ký hiệu", Shape::Line(40)),
    field("date", "Ngày văn bản", Shape::Date),
    field("signer", "Người ký", LINE),
    field("signer_title", "Chức vụ người ký", LINE),
    required("to", "Nơi nhận", LINE),
    field("to_unit", "Đơn vị nhận", Shape::Line(40)),
    field("to_role", "Bên nhận", Shape::Code),
    field("subject", "Trích yếu", LINE),
    field("content", "Nội dung", PROSE),
    field("due", "Hạn trả lời", Shape::Date),
    field("cases", "Vụ việc", Shape::References(CASES_OF_DISPATCH_MAX)),
    field("follows", "Theo văn bản", Shape::Reference),
    field("sent", "Ngày gửi", Shape::Date),
    field("session", "Kỳ họp", Shape::Code),
    field("from_unit", "Đơn vị gửi", Shape::Line(40)),
    field("recorder", "Người soạn", LINE),
    field("recorded_at", "Soạn lúc", Shape::Instant),
];

pub(super) const ASSIGNMENT: &[Field] = &[
    required("case", "Vụ việc", Shape::Reference),
    field("dispatch", "Theo văn bản", Shape::Reference),
    required("part", "Vai trò", Shape::Code),
    required("date", "Ngày giao", Shape::Date),
    field("due", "Hạn trả lời", Shape::Date),
    field("instruction", "Nội dung giao", PROSE),
    field("withdrawn", "Ngày rút lại", Shape::Date),
    field("recorder", "Người giao", LINE),
    field("recorded_at", "Giao lúc", Shape::Instant),
];

pub(super) const ANSWER: &[Field] = &[
    required("case", "Vụ việc", Shape::Reference),
    field("dispatch", "Theo văn bản", Shape::Reference),
    required("outcome", "Kết quả", Shape::Code),
    field("measure", "Cụ thể", Shape::Code),
    required("content", "Nội dung trả lời", PROSE),
    field("roadmap", "Lộ trình", PROSE),
    field("expected", "Dự kiến xong", Shape::Date),
    field("number", "Số, ký hiệu văn bản", Shape::Line(40)),
    required("date", "Ngày trả lời", Shape::Date),
    field("signer", "Người ký", LINE),
    field("attachments", "Tệp đính kèm", Shape::Lines(LIST_ITEMS_MAX)),
    field("recorder", "Người nhập", LINE),
    field("recorded_at", "Nhập lúc", Shape::Instant),
];

pub(super) const CHECK: &[Field] = &[
    required("case", "Vụ việc", Shape::Reference),
    field("answer", "Trả lời", Shape::Reference),
    required("date", "Ngày kiểm tra", Shape::Date),
    field("village", "Thôn, bản, khu phố", LINE),
    required("holds", "Thực tế", Shape::Code),
    field("content", "Ghi nhận tại chỗ", PROSE),
    field("recorder", "Người kiểm tra", LINE),
    field("recorded_at", "Ghi lúc", Shape::Instant),
];

pub(super) const FINDING: &[Field] = &[
    required("case", "Vụ việc", Shape::Reference),
    field("answer", "Trả lời", Shape::Reference),
    required("date", "Ngày giám sát", Shape::Date),
    field("session", "Kỳ họp", Shape::Code),
    field("timeliness", "Thời hạn", Shape::Code),
    field("resolved", "Mức độ giải quyết", Shape::Code),
    required("verdict", "Kết luận", Shape::Code),
    field("content", "Nhận xét", PROSE),
    field("programme", "Chương trình giám sát", LINE),
    field("number", "Số văn bản", Shape::Line(40)),
    field("recorder", "Người ghi", LINE),
    field("recorded_at", "Ghi lúc", Shape::Instant),
];

pub(super) const NOTICE: &[Field] = &[
    required("case", "Vụ việc", Shape::Reference),
    field("answer", "Trả lời", Shape::Reference),
    required("date", "Ngày thông tin", Shape::Date),
    field("village", "Thôn, bản, khu phố", LINE),
    field("place", "Địa điểm", LINE),
    required("how", "Hình thức", Shape::Code),
    field("voters", "Số cử tri nghe", PEOPLE),
    field("reaction", "Ý kiến của cử tri", Shape::Code),
    field("reaction_note", "Cử tri nói", PROSE),
    field("recorder", "Người thông tin", LINE),
    field("recorded_at", "Ghi lúc", Shape::Instant),
];
