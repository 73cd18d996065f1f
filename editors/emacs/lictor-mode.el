;;; lictor-mode.el --- Policies about what AI agents may do  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0
;; Version: 0.1.0
;; Package-Requires: ((emacs "27.1"))
;; Keywords: languages

;;; Commentary:

;; Colours, indents and outlines files that end in `.lictor'.  With Eglot (part of Emacs 29, a package before) it starts the
;; language server, `lictor lsp', which checks policies while they are typed: M-x eglot.

;;; Code:

(require 'rx)

(defgroup lictor nil
  "Policies about what AI agents may do."
  :group 'languages)

(defcustom lictor-program "lictor"
  "The `lictor' program: a name that is looked for in `exec-path', or a path."
  :type 'string)

(defcustom lictor-indent-offset 2
  "By how many columns what belongs to something is indented."
  :type 'integer
  :safe #'integerp)

;; What stands between the two lines below is written by `make.mjs' from the words of the compiler.
;; words: begin
(defconst lictor-items
  '("module" "layer" "import" "tiers" "roles" "escalate" "reasons" "enum" "record" "extend" "action" "fact"
    "category" "param" "set" "risk" "fn" "rule" "fixture" "example" "test" "promise" "except" "currency"
    "calendar" "framework" "event" "use" "normalize")
  "The words that begin an item, in column 1.")

(defconst lictor-reserved
  '("and" "or" "not" "in" "is" "if" "then" "else" "as" "otherwise" "unless" "pii" "secret" "attested" "signed")
  "The words that may name nothing.")

(defconst lictor-contextual
  '("after" "agent" "amplifiers" "amplify" "at" "because" "by" "cases" "cites" "context" "default" "deny"
    "div" "edition" "effect" "expect" "expires" "fixed" "flag" "flags" "from" "given" "granted_by" "ignore"
    "jurisdiction" "let" "loosen" "mandate" "max" "min" "model" "most" "oblige" "of" "on" "other" "over" "per"
    "quorum" "range" "require" "risk" "since" "source" "step_up" "stricter" "superseded_by" "than" "to" "told"
    "tool" "unbound" "until" "unverified" "user" "verified" "weekend" "when" "where" "with" "within")
  "The words that are keywords only where one can stand.")

(defconst lictor-stages
  '("schema_version" "structure" "signature" "expiry" "issuance" "time_window" "scope" "counterparty" "amount"
    "replay" "freshness" "policy" "risk")
  "The stages at which a rule can stand.")
;; words: end

(defvar lictor-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 12" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?' "." table)
    table)
  "What signs are in a policy.")

(defconst lictor--name "[A-Za-z_][A-Za-z0-9_]*")

(defun lictor--match-word (words limit)
  "Find the next of WORDS before LIMIT that is a keyword where it stands.
Behind a point, and before a colon, a word is a name."
  (let ((found nil))
    (while (and (not found) (re-search-forward words limit t))
      (let ((begin (match-beginning 0)) (end (match-end 0)))
        (setq found (not (or (eq (char-before begin) ?.)
                             (save-match-data
                               (save-excursion (goto-char end) (looking-at-p "[ \t]*\\(?::[^0-9]\\|:$\\)"))))))))
    found))

(defun lictor--words (words)
  "A matcher for WORDS, which font-lock calls with a limit."
  (let ((pattern (concat "\\_<" (regexp-opt words t) "\\_>")))
    (lambda (limit) (lictor--match-word pattern limit))))

(defconst lictor-font-lock-keywords
  `((,(concat "^" (regexp-opt lictor-items t) "\\_>") 1 font-lock-keyword-face)
    (,(concat "^\\(?:rule\\|fn\\|fact\\|except\\|category\\|action\\|event\\)[ \t]+\\(" lictor--name "\\(?:\\." lictor--name "\\)*\\)")
     1 font-lock-function-name-face)
    (,(concat "^\\(?:param\\|example\\|calendar\\)[ \t]+\\(" lictor--name "\\)") 1 font-lock-variable-name-face)
    (,(concat "^\\(?:module\\|import\\|use\\|framework\\)[ \t]+\\([A-Za-z0-9_.]+\\)") 1 font-lock-constant-face)
    (,(concat "\\_<at[ \t]+\\(" (regexp-opt lictor-stages) "\\)\\_>") 1 font-lock-constant-face)
    (,(lictor--words '("true" "false")) 1 font-lock-constant-face)
    (,(lictor--words lictor-reserved) 1 font-lock-keyword-face)
    (,(lictor--words lictor-contextual) 1 font-lock-builtin-face)
    ("\\_<[A-Z][A-Z0-9_]+\\_>" . font-lock-constant-face)
    ("\\_<[A-Z][A-Za-z0-9]*\\_>" . font-lock-type-face)
    (,(concat "\\_<\\(" lictor--name "\\)(") 1 font-lock-function-name-face))
  "How a policy is coloured.")

(defun lictor--depth ()
  "How many brackets are open where the line begins.
Those that the line closes at once do not count."
  (save-excursion
    (back-to-indentation)
    (let ((depth (car (syntax-ppss))))
      (while (looking-at "[])}]")
        (setq depth (1- depth))
        (forward-char)
        (skip-chars-forward " \t,"))
      (max depth 0))))

(defun lictor--goes-on-p ()
  "Whether the line goes on with an item that has no brackets."
  (save-excursion
    (back-to-indentation)
    (let ((clause (looking-at-p (regexp-opt '("range" "stricter" "fixed" "loosen" "when" "expires" "granted_by" "because") 'symbols))))
      (and clause
           (progn
             (forward-line -1)
             (while (and (not (bobp)) (looking-at-p "[ \t]"))
               (forward-line -1))
             (looking-at-p "\\(?:param\\|except\\)\\_>"))))))

(defun lictor-indent-line ()
  "Indent the line as `lictor fmt' would."
  (interactive)
  (let* ((depth (lictor--depth))
         (column (* lictor-indent-offset (if (and (= depth 0) (lictor--goes-on-p)) 1 depth)))
         (behind (- (point-max) (point))))
    (unless (nth 3 (syntax-ppss (line-beginning-position)))
      (indent-line-to column)
      ;; Whoever was in the text stays at the same letter.
      (when (> (- (point-max) behind) (point))
        (goto-char (- (point-max) behind))))))

(defvar lictor-imenu-generic-expression
  (mapcar (lambda (item) (list (car item) (format "^%s[ \t]+\\([A-Za-z0-9_.]+\\|\"[^\"\n]*\"\\)" (cdr item)) 1))
          '(("Rules" . "rule") ("Actions" . "action") ("Parameters" . "param") ("Categories" . "category")
            ("Functions" . "fn") ("Facts" . "fact") ("Examples" . "example") ("Tests" . "test")))
  "What the outline of a policy lists.")

;;;###autoload
(define-derived-mode lictor-mode prog-mode "Lictor"
  "For policies in Lictor."
  (setq-local comment-start "// ")
  (setq-local comment-start-skip "//[/!]*[ \t]*")
  (setq-local font-lock-defaults '(lictor-font-lock-keywords))
  (setq-local indent-line-function #'lictor-indent-line)
  (setq-local indent-tabs-mode nil)
  (setq-local electric-indent-chars (append "}])" electric-indent-chars))
  (setq-local imenu-generic-expression lictor-imenu-generic-expression)
  (setq-local beginning-of-defun-function (lambda (&optional count) (re-search-backward "^[a-z]" nil 'move (or count 1))))
  (setq-local end-of-defun-function
              (lambda () (forward-line) (if (re-search-forward "^[a-z/]" nil 'move) (beginning-of-line)))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.lictor\\'" . lictor-mode))

(defun lictor-server (&optional _interactive)
  "How Eglot starts the language server."
  (list lictor-program "lsp"))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(lictor-mode . lictor-server)))

(provide 'lictor-mode)
;;; lictor-mode.el ends here
