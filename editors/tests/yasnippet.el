;;; yasnippet.el --- Snippets as yasnippet expands them  -*- lexical-binding: t; -*-

;;; Code:

(require 'ert)
(require 'lictor-mode)
(require 'yasnippet)

(defun lictor-tests--expanded (key)
  "What stands in an empty policy after KEY was typed and expanded."
  (with-temp-buffer
    (lictor-mode)
    (yas-minor-mode)
    (insert key)
    (yas-expand)
    (buffer-substring-no-properties (point-min) (point-max))))

(ert-deftest lictor-snippets-expand ()
  (yas-load-directory (expand-file-name "snippets" (file-name-directory (locate-library "lictor-mode"))))
  (should (equal (lictor-tests--expanded "test")
                 "test \"what must be true\" {\n  given pens\n  expect allow\n}"))
  (should (equal (lictor-tests--expanded "require") "require pieces > 0 else UNUSUAL \"{pieces} pieces\""))
  (should (string-prefix-p "/// What must hold.\nrule few_pieces on order.sell {" (lictor-tests--expanded "rule"))))

;;; yasnippet.el ends here
