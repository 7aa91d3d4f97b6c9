using BenchmarkDotNet.Running;
using Composer.Benchmarks;

// dotnet run -c Release --project tests/Composer.Benchmarks -- --filter '*'
// dotnet run -c Release --project tests/Composer.Benchmarks -- tokenizer --tokenizer FILE
if (args is ["tokenizer", .. var rest])
{
    return TokenizerComparison.Run(rest);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, new KernelConfiguration());
return 0;
