;;; emacs.el --- The language server in a real Emacs with Eglot, on a real project  -*- lexical-binding: t; -*-

;; `editors/tests/run' copies `examples/deploys/policy' and says where to.  What the server does not advertise is skipped.

;;; Code:

(require 'ert)
(require 'lictor-mode)
(require 'eglot)
(require 'flymake)
(require 'xref)

(setq lictor-program (getenv "LICTOR")
      eglot-autoshutdown nil
      eglot-sync-connect 20
      make-backup-files nil
      create-lockfiles nil
      vc-handled-backends nil)

(defvar lictor-tests-file (expand-file-name "base.lictor" (getenv "LICTOR_PROJECT")))
(defvar lictor-tests-server nil)

(defun lictor-tests--wait (what condition)
  "Wait for WHAT until CONDITION gives something, and give that."
  (let ((until (+ (float-time) 20)) (result nil))
    (while (and (not (setq result (funcall condition))) (< (float-time) until))
      (accept-process-output nil 0.05))
    (or result (ert-fail (format "waited in vain for %s" what)))))

(defun lictor-tests--mistakes ()
  "The mistakes that Flymake shows."
  (seq-filter (lambda (mistake) (member (flymake-diagnostic-type mistake) '(eglot-error :error)))
              (flymake-diagnostics)))

(defun lictor-tests--tell ()
  "Tell the server what was changed, as an idle Emacs does."
  (eglot--signal-textDocument/didChange))

(defmacro lictor-tests-in-policy (capability &rest body)
  "Run BODY in the policy, where the server has CAPABILITY, and leave the policy as it was."
  (declare (indent 1))
  `(with-current-buffer (find-file-noselect lictor-tests-file)
     (unless lictor-tests-server
       (setq lictor-tests-server (apply #'eglot--connect (eglot--guess-contact)))
       (flymake-start))
     (unless (or (null ,capability) (eglot--server-capable ,capability))
       (message "skipped: the server does not advertise %s" ,capability)
       (ert-skip (list 'not-advertised ,capability)))
     (let ((original (buffer-string)))
       (unwind-protect (progn ,@body)
         (erase-buffer)
         (insert original)
         (lictor-tests--tell)
         (lictor-tests--wait "no mistakes" (lambda () (null (lictor-tests--mistakes))))
         (set-buffer-modified-p nil)))))

(defun lictor-tests--replace (text by)
  "Put BY in the place of the first TEXT, tell the server, and stay behind it."
  (goto-char (point-min))
  (search-forward text)
  (replace-match by t t)
  (lictor-tests--tell))

(ert-deftest lictor-1-starts ()
  (lictor-tests-in-policy nil
    (should (eglot-managed-p))
    (should (eq major-mode 'lictor-mode))))

(ert-deftest lictor-2-shows-a-mistake-while-it-is-there ()
  (lictor-tests-in-policy nil
    (lictor-tests--replace ">= last_call" ">= last_cal")
    (let ((mistake (car (lictor-tests--wait "a mistake" #'lictor-tests--mistakes))))
      (should (string-match-p "last_cal" (flymake-diagnostic-text mistake)))
      (should (= (line-number-at-pos (flymake-diagnostic-beg mistake)) (line-number-at-pos))))))

(ert-deftest lictor-3-lays-out ()
  (lictor-tests-in-policy :documentFormattingProvider
    (let ((should-be (buffer-string)))
      (lictor-tests--replace "tiers { new, proven }" "tiers   {new,proven}")
      (eglot-format-buffer)
      (should (equal (buffer-string) should-be)))))

(ert-deftest lictor-4-mends-a-mistake ()
  (lictor-tests-in-policy :codeActionProvider
    (let ((should-be (buffer-string)))
      (lictor-tests--replace ">= last_call" ">= last_cal")
      (lictor-tests--wait "a mistake" #'lictor-tests--mistakes)
      (let* ((mistake (car (lictor-tests--mistakes)))
             (actions (eglot-code-actions (flymake-diagnostic-beg mistake) (flymake-diagnostic-end mistake) "quickfix")))
        (should actions)
        (let ((edit (plist-get (seq-elt actions 0) :edit)))
          (should edit)
          (eglot--apply-workspace-edit edit))
        (should (equal (buffer-string) should-be))))))

(ert-deftest lictor-5-completes ()
  (lictor-tests-in-policy :completionProvider
    (lictor-tests--replace ">= last_call" ">= last_")
    (let* ((found (run-hook-with-args-until-success 'completion-at-point-functions))
           (all (all-completions "last_" (nth 2 found))))
      (should (member "last_call" (mapcar #'substring-no-properties all))))))

(ert-deftest lictor-6-leads-to-the-declaration ()
  (lictor-tests-in-policy :definitionProvider
    (goto-char (point-min))
    (search-forward ">= last_ca")
    (let ((place (xref-item-location (car (xref-backend-definitions 'eglot "last_call")))))
      (goto-char (xref-location-marker place))
      (should (looking-back "param " (line-beginning-position))))))

(ert-deftest lictor-7-renames ()
  (lictor-tests-in-policy :renameProvider
    (goto-char (point-min))
    (search-forward ">= last_ca")
    (let ((eglot-confirm-server-initiated-edits nil))
      (eglot-rename "latest_start"))
    (should-not (string-match-p "last_call" (buffer-string)))
    (should (string-match-p "param latest_start" (buffer-string)))))

;; What the commands say of a policy.

(require 'lictor-try)

(defun lictor-tests--shown (name text)
  "Wait until TEXT stands in the buffer NAME."
  (lictor-tests--wait text (lambda () (string-match-p (regexp-quote text) (with-current-buffer name (buffer-string))))))

(ert-deftest lictor-7a-decides-a-sample-while-somebody-types ()
  (lictor-tests-in-policy nil
    (let ((sample (aref (lictor--ask "lictor.listSamples") 0)))
      (should (string-prefix-p "requests.ndjson:1 " (lictor--label sample)))
      (lictor-decide (lictor--sample-of sample)))
    (lictor-tests--shown lictor--decision "ALLOW  OK\n")
    (lictor-tests--replace "hours_to_try: Int = 24" "hours_to_try: Int = 100")
    (lictor-tests--shown lictor--decision "DENY  NOT_TRIED\n")
    (lictor-tests--replace "hours_to_try: Int" "hours_to_try: Intt")
    (lictor-tests--shown lictor--decision "NOT OF THE POLICY AS IT STANDS: the policy has mistakes")))

(ert-deftest lictor-7b-previews-what-a-change-does ()
  (lictor-tests-in-policy nil
    (lictor-tests--replace "hours_to_try: Int = 24" "hours_to_try: Int = 100")
    (lictor-preview)
    (lictor-tests--shown "*Lictor changes*" "requests.ndjson:1  allow → deny NOT_TRIED\n")))

(ert-deftest lictor-7c-shows-instructions ()
  (lictor-tests-in-policy nil
    (goto-char (point-min))
    (search-forward "rule tried")
    (lictor-instructions)
    (lictor-tests--shown "*Lictor instructions*" "rule tidewater.base.tried")))

(ert-deftest lictor-8-ends ()
  (eglot-shutdown lictor-tests-server)
  (should-not (jsonrpc-running-p lictor-tests-server)))

;;; emacs.el ends here
