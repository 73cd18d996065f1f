;;; lictor-try.el --- Trying policies out: tests, sample requests, instructions  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0
;; Version: 0.1.0
;; Package-Requires: ((emacs "27.1") (eglot "1.9"))
;; Keywords: languages

;;; Commentary:

;; What the language server does for a policy when it is asked, shown in buffers beside it: M-x lictor-decide, lictor-preview,
;; lictor-run-tests, lictor-instructions.

;;; Code:

(require 'eglot)
(require 'jsonrpc)

(defcustom lictor-pause 0.3
  "After how many seconds without a key a sample is decided again."
  :type 'number
  :group 'lictor)

(defvar-local lictor--sample nil "The sample that is decided while this policy is edited.")
(defvar-local lictor--timer nil "Decides it again when nothing was typed for a while.")

(defconst lictor--decision "*Lictor decision*" "The buffer in which the decision of a sample stands.")

(defun lictor--wanted (&rest more)
  "What a command takes: the policy of this buffer, and MORE."
  (append (list :uri (plist-get (eglot--TextDocumentIdentifier) :uri)) more))

(defun lictor--params (command wanted)
  "What asks the server to do COMMAND with WANTED."
  (eglot--signal-textDocument/didChange)
  (list :command command :arguments (vector wanted)))

(defun lictor--ask (command &rest more)
  "Have the server do COMMAND for this policy, with MORE, and give its answer."
  (let ((params (lictor--params command (apply #'lictor--wanted more))))
    (jsonrpc-request (eglot--current-server-or-lose) :workspace/executeCommand params)))

(defun lictor--say (name text)
  "Put TEXT into the buffer NAME, and give that."
  (with-current-buffer (get-buffer-create name)
    (unless (derived-mode-p 'special-mode)
      (special-mode))
    (let ((inhibit-read-only t))
      (erase-buffer)
      (insert text)
      (goto-char (point-min)))
    (current-buffer)))

(defun lictor--label (sample)
  "By what SAMPLE is chosen."
  (let ((place (plist-get sample :place)))
    (format "%s:%d %s"
            (file-name-nondirectory (eglot--uri-to-path (plist-get place :uri)))
            (1+ (plist-get (plist-get (plist-get place :range) :start) :line))
            (plist-get sample :label))))

(defun lictor--sample-of (listed)
  "What names the sample that was LISTED."
  (let ((place (plist-get listed :place)))
    (list :uri (plist-get place :uri) :line (plist-get (plist-get (plist-get place :range) :start) :line))))

;;;###autoload
(defun lictor-decide (sample)
  "Decide SAMPLE, a request beside this policy, now and with every edit."
  (interactive
   (let* ((samples (append (lictor--ask "lictor.listSamples") nil))
          (labels (mapcar (lambda (sample) (cons (lictor--label sample) sample)) samples)))
     (unless samples
       (user-error "No sample requests stand beside this policy: write them into requests.ndjson, one on a line"))
     (list (lictor--sample-of (cdr (assoc (completing-read "Request: " labels nil t nil nil (caar labels)) labels))))))
  (setq lictor--sample sample)
  (add-hook 'after-change-functions #'lictor--decide-soon nil t)
  (display-buffer (lictor--say lictor--decision (plist-get (lictor--ask "lictor.decideSample" :sample sample) :text))))

(defun lictor--decide-soon (&rest _)
  "Decide the sample when nothing was typed for a while."
  (when lictor--timer
    (cancel-timer lictor--timer))
  (setq lictor--timer (run-with-timer lictor-pause nil #'lictor--decide-again (current-buffer))))

(defun lictor--decide-again (policy)
  "Decide the sample of the buffer POLICY, unless nobody looks at it."
  (when (and (buffer-live-p policy) (get-buffer lictor--decision))
    (with-current-buffer policy
      (let ((wanted (lictor--wanted :sample lictor--sample)))
        (jsonrpc-async-request
         (eglot--current-server-or-lose) :workspace/executeCommand (lictor--params "lictor.decideSample" wanted)
         :success-fn (lambda (answer) (lictor--say lictor--decision (plist-get answer :text)))
         :error-fn (lambda (refused) (lictor--age (plist-get refused :message))))))))

(defun lictor--age (problem)
  "Say above the decision that it is old, because of PROBLEM."
  (with-current-buffer lictor--decision
    (let ((inhibit-read-only t) (mark "NOT OF THE POLICY AS IT STANDS: "))
      (goto-char (point-min))
      (when (looking-at-p mark)
        (delete-region (point) (progn (forward-line 2) (point))))
      (insert mark problem ".\nThe last decision was:\n")
      (goto-char (point-min)))))

;;;###autoload
(defun lictor-preview ()
  "Show which sample requests are decided otherwise than by the policy on disk."
  (interactive)
  (display-buffer (lictor--say "*Lictor changes*" (plist-get (lictor--ask "lictor.previewFlips") :text))))

;;;###autoload
(defun lictor-instructions ()
  "Show what is run for the rule at point."
  (interactive)
  (let ((answer (lictor--ask "lictor.disassembleRule" :position (eglot--pos-to-lsp-position))))
    (display-buffer (lictor--say "*Lictor instructions*" (plist-get answer :text)))))

;;;###autoload
(defun lictor-run-tests ()
  "Run the tests of the project.  Those that fail are marked where they stand."
  (interactive)
  (let ((answer (lictor--ask "lictor.runTests")))
    (message "%d tests, %d passed" (plist-get answer :run) (plist-get answer :passed))))

(provide 'lictor-try)
;;; lictor-try.el ends here
