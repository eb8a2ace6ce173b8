-- Fields of work (lĩnh vực), which were the program's own until now: leaves, each under the name of its root.
CREATE TABLE fields_of_work (
    code       TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    root       TEXT NOT NULL,
    position   INTEGER NOT NULL,
    valid_from TEXT, -- first day on which it may be chosen; none for any
    valid_to   TEXT  -- last such day, when it has one
) STRICT, WITHOUT ROWID;

INSERT INTO fields_of_work (position, root, code, name) VALUES
    (0, 'Cơ chế chính sách', 'policy', 'Cơ chế chính sách'),
    (1, 'Kinh tế – Ngân sách', 'land', 'Đất đai'),
    (2, 'Kinh tế – Ngân sách', 'transport', 'Giao thông'),
    (3, 'Kinh tế – Ngân sách', 'irrigation', 'Thủy lợi'),
    (4, 'Kinh tế – Ngân sách', 'clean-water', 'Nước sạch'),
    (5, 'Kinh tế – Ngân sách', 'electricity', 'Lưới điện'),
    (6, 'Kinh tế – Ngân sách', 'new-countryside', 'Nông thôn mới'),
    (7, 'Kinh tế – Ngân sách', 'environment', 'Môi trường'),
    (8, 'Văn hóa – Xã hội', 'health', 'Y tế'),
    (9, 'Văn hóa – Xã hội', 'education', 'Giáo dục'),
    (10, 'Văn hóa – Xã hội', 'social-policy', 'Chính sách xã hội'),
    (11, 'Văn hóa – Xã hội', 'ethnic-mountain', 'Dân tộc miền núi'),
    (12, 'Tư pháp', 'justice', 'Tư pháp (nội chính)'),
    (13, 'An ninh quốc phòng và khác', 'security-other', 'An ninh quốc phòng và khác');

-- Agencies that are to help have a day of their own since: what each case comes to is derived anew.
INSERT OR IGNORE INTO cases_to_derive (number) SELECT number FROM cases;
