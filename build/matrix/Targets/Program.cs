Console.WriteLine("Hello from " + Environment.Version.Major);
