module example.com/portal-session

go 1.19
