autocmd BufRead,BufNewFile *.lictor setfiletype lictor
