;;; tests.el --- What lictor-mode colours, indents and lists  -*- lexical-binding: t; -*-

;; emacs --batch -L . -l tests.el -f ert-run-tests-batch-and-exit

;;; Code:

(require 'ert)
(require 'lictor-mode)
(require 'imenu)

(defun lictor-tests--face (text part)
  "The face that PART of TEXT has."
  (with-temp-buffer
    (insert text)
    (lictor-mode)
    (font-lock-ensure)
    (goto-char (point-min))
    (search-forward part)
    (get-text-property (match-beginning 0) 'face)))

(ert-deftest lictor-colours ()
  (dolist (case '(("rule r on a at amount {" "rule" font-lock-keyword-face)
                  ("rule prices on a.b {" "prices" font-lock-function-name-face)
                  ("rule r on a at amount {" "amount" font-lock-constant-face)
                  ("rule r on a {\n  deny when x as TOO_DEAR" "deny" font-lock-builtin-face)
                  ("rule r on a {\n  deny when x as TOO_DEAR" "TOO_DEAR" font-lock-constant-face)
                  ("rule r on a {\n  deny when x as TOO_DEAR" "as" font-lock-keyword-face)
                  ("record R {\n  default: Bool }" "default" nil)
                  ("record R {\n  id: Bool }" "Bool" font-lock-type-face)
                  ("fn f() -> Int = a.when" "when" nil)
                  ("let x = size(y)" "size" font-lock-function-name-face)
                  ("// a deny" "deny" font-lock-comment-face)
                  ("because \"the deny\"" "the deny" font-lock-string-face)))
    (should (equal (list case (nth 2 case)) (list case (lictor-tests--face (car case) (cadr case)))))))

(ert-deftest lictor-indents-as-the-formatter-does ()
  (let ((folder (expand-file-name "../../examples" (file-name-directory (locate-library "lictor-mode")))) (lines 0) (kept 0))
    (dolist (file (directory-files-recursively folder "\\.lictor\\'"))
      (with-temp-buffer
        (insert-file-contents file)
        (lictor-mode)
        (let ((should-be (split-string (buffer-string) "\n")))
          (let ((inhibit-message t)) (indent-region (point-min) (point-max)))
          (dolist (line (split-string (buffer-string) "\n"))
            (setq lines (1+ lines))
            (when (equal line (pop should-be)) (setq kept (1+ kept)))))))
    ;; The formatter may put a long condition on several lines; those are indented by people.
    (should (> lines 1000))
    (should (> (/ (* 1.0 kept) lines) 0.98))))

(ert-deftest lictor-lists-what-a-file-has ()
  (with-temp-buffer
    (insert "rule prices on a {\n}\ntest \"rows\" {\n}\nparam most: Int = 1\n")
    (lictor-mode)
    (let ((index (mapcar (lambda (group) (cons (car group) (mapcar #'car (cdr group)))) (seq-filter #'imenu--subalist-p (imenu--make-index-alist t)))))
      (should (equal (cdr (assoc "Rules" index)) '("prices")))
      (should (equal (cdr (assoc "Tests" index)) '("\"rows\"")))
      (should (equal (cdr (assoc "Parameters" index)) '("most"))))))

(ert-deftest lictor-comments ()
  (with-temp-buffer
    (lictor-mode)
    (insert "deny as NO")
    (comment-region (point-min) (point-max))
    (should (equal (buffer-string) "// deny as NO"))))

;;; tests.el ends here
