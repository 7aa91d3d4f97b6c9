using BenchmarkDotNet.Running;
using Composer.Benchmarks;

// dotnet run -c Release --project tests/Composer.Benchmarks -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, new KernelConfiguration());
