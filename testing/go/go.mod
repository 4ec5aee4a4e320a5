module drydock.local/drydocktest

go 1.19
