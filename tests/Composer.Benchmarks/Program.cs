using BenchmarkDotNet.Running;

// dotnet run -c Release --project tests/Composer.Benchmarks -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
