// Machines that build and test are busy; a test that hangs is still told apart from one that is slow.
jasmine.DEFAULT_TIMEOUT_INTERVAL = 120_000;
