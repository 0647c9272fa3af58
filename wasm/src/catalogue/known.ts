// Made by `node tools/catalogue.mjs` of core/llm/models.json, which has the date and source of each figure.
import type { ModelCatalogue } from "./facts.js";

export const known: ModelCatalogue = {
  openai: {
    "gpt-6-astra": {
      context: 1050000,
      speed: 2,
      quality: { general: 5 },
      price: { input: 10, cached: 1, written: 12.5, output: 50 },
    },
    "gpt-5.6-sol": {
      context: 1050000,
      speed: 3,
      quality: { general: 5, writing: 4 },
      price: { input: 2, cached: 0.2, written: 2.5, output: 10 },
    },
    "gpt-5.6-terra": {
      context: 1050000,
      speed: 3,
      quality: { general: 4 },
      price: { input: 2, cached: 0.2, written: 2.5, output: 12 },
    },
    "gpt-5.6-luna": {
      context: 1050000,
      speed: 5,
      quality: { general: 3 },
      price: { input: 0.2, cached: 0.02, written: 0.25, output: 1.2 },
    },
    "gpt-5.4": {
      context: 1050000,
      speed: 3,
      quality: { general: 4 },
      price: { input: 2.5, cached: 0.25, output: 15 },
    },
    "gpt-5.4-mini": { speed: 4, quality: { general: 3 }, price: { input: 0.75, cached: 0.075, output: 4.5 } },
    "gpt-5.4-nano": { speed: 5, quality: { general: 2 }, price: { input: 0.2, cached: 0.02, output: 1.25 } },
    "gpt-5-mini": {
      context: 400000,
      speed: 4,
      quality: { general: 3 },
      price: { input: 0.25, cached: 0.025, output: 2 },
    },
    "gpt-5-nano": {
      context: 400000,
      speed: 5,
      quality: { general: 2 },
      price: { input: 0.05, cached: 0.005, output: 0.4 },
    },
    "gpt-4.1-mini": {
      context: 1047576,
      speed: 4,
      quality: { general: 3, reasoning: 2 },
      price: { input: 0.4, cached: 0.1, output: 1.6 },
    },
    "gpt-4o": {
      context: 128000,
      speed: 4,
      quality: { general: 3, reasoning: 2 },
      price: { input: 2.5, cached: 1.25, output: 10 },
    },
    "gpt-4o-mini": {
      context: 128000,
      speed: 4,
      quality: { general: 2 },
      price: { input: 0.15, cached: 0.075, output: 0.6 },
    },
  },
  anthropic: {
    "claude-fable-5": {
      speed: 1,
      quality: { general: 5 },
      price: { input: 10, cached: 1, written: 12.5, output: 50 },
    },
    "claude-opus-5-5": {
      context: 1000000,
      speed: 3,
      quality: { general: 5 },
      price: { input: 4, cached: 0.2, written: 5, output: 20 },
    },
    "claude-opus-5": {
      context: 1000000,
      speed: 3,
      quality: { general: 5 },
      price: { input: 5, cached: 0.5, written: 6.25, output: 25 },
    },
    "claude-sonnet-5-5": {
      context: 1000000,
      speed: 4,
      quality: { general: 4, code: 5 },
      price: { input: 2, cached: 0.1, written: 2.5, output: 10 },
    },
    "claude-sonnet-5": {
      context: 1000000,
      speed: 4,
      quality: { general: 4 },
      price: { input: 2, cached: 0.2, written: 2.5, output: 10 },
    },
    "claude-haiku-5-5": {
      context: 1000000,
      speed: 5,
      quality: { general: 3 },
      price: { input: 0.1, cached: 0.01, written: 0.125, output: 0.5 },
    },
    "claude-haiku-4-5": {
      context: 200000,
      speed: 5,
      quality: { general: 3 },
      price: { input: 1, cached: 0.1, written: 1.25, output: 5 },
    },
  },
  google: {
    "gemini-3.1-pro-preview": {
      context: 1048576,
      speed: 2,
      quality: { general: 5 },
      price: { input: 2, cached: 0.2, output: 12 },
    },
    "gemini-3.8-flash": {
      context: 1048576,
      speed: 4,
      quality: { general: 4 },
      price: { input: 0.75, cached: 0.075, output: 3.75 },
    },
    "gemini-3.5-flash": {
      context: 1048576,
      speed: 4,
      quality: { general: 4 },
      price: { input: 1.5, cached: 0.15, output: 9 },
    },
    "gemini-3.1-flash-lite": {
      context: 1048576,
      speed: 5,
      quality: { general: 3 },
      price: { input: 0.25, cached: 0.025, output: 1.5 },
    },
    "gemini-2.5-pro": {
      speed: 2,
      quality: { general: 4 },
      price: { input: 1.25, cached: 0.125, output: 10 },
    },
    "gemini-2.5-flash": {
      speed: 4,
      quality: { general: 3 },
      price: { input: 0.3, cached: 0.03, output: 2.5 },
    },
    "gemini-2.5-flash-lite": {
      context: 1048576,
      speed: 5,
      quality: { general: 2 },
      price: { input: 0.1, cached: 0.01, output: 0.4 },
    },
  },
  mistral: {
    "mistral-large-4": {
      speed: 3,
      quality: { general: 4 },
      price: { input: 0.68, cached: 0.07, output: 2.09 },
    },
    "mistral-medium-latest": {
      context: 262144,
      speed: 3,
      quality: { general: 4 },
      price: { input: 1.5, output: 7.5 },
    },
    "mistral-small-latest": {
      context: 128000,
      speed: 4,
      quality: { general: 2 },
      price: { input: 0.1, output: 0.3 },
    },
  },
  cohere: {
    "command-a-plus-05-2026": {
      context: 128000,
      speed: 3,
      quality: { general: 4 },
      price: { input: 2.5, output: 10 },
    },
    "command-a-03-2025": {
      context: 256000,
      vision: false,
      speed: 3,
      quality: { general: 3 },
      price: { input: 2.5, output: 10 },
    },
    "command-r7b-12-2024": {
      context: 128000,
      vision: false,
      speed: 5,
      quality: { general: 1 },
      price: { input: 0.0375, output: 0.15 },
    },
  },
  deepseek: {
    "deepseek-v4-pro": {
      context: 1048576,
      vision: false,
      speed: 2,
      quality: { general: 4, code: 5, reasoning: 5 },
      price: { input: 1.32, cached: 0.044, output: 3.96 },
    },
    "deepseek-v4-flash": {
      context: 1000000,
      vision: false,
      speed: 3,
      quality: { general: 3, code: 4, reasoning: 4 },
      price: { input: 0.44, cached: 0.014, output: 1.32 },
    },
  },
  groq: {
    "openai/gpt-oss-120b": {
      context: 131072,
      vision: false,
      speed: 5,
      quality: { general: 3 },
      price: { input: 0.15, cached: 0.075, output: 0.6 },
    },
    "openai/gpt-oss-20b": {
      context: 131072,
      vision: false,
      speed: 5,
      quality: { general: 2 },
      price: { input: 0.075, cached: 0.0375, output: 0.3 },
    },
    "qwen/qwen3.8-27b": {
      context: 131042,
      speed: 5,
      quality: { general: 3 },
      price: { input: 0.8, cached: 0.4, output: 4 },
    },
  },
  bedrock: {
    "global.anthropic.claude-sonnet-4-6": {
      context: 1000000,
      speed: 4,
      quality: { general: 4 },
      price: { input: 3, cached: 0.3, written: 3.75, output: 15 },
    },
    "global.anthropic.claude-haiku-4-5-20251001-v1:0": {
      context: 200000,
      speed: 5,
      quality: { general: 3 },
      price: { input: 1, cached: 0.1, written: 1.25, output: 5 },
    },
  },
  azure: {
    "gpt-4.1-mini": {
      context: 1047576,
      speed: 4,
      quality: { general: 3, reasoning: 2 },
      price: { input: 0.4, cached: 0.1, output: 1.6 },
    },
  },
  local: {
    "gpt-oss:120b": { vision: false, speed: 3, quality: { general: 3 } },
    "gpt-oss:20b": { vision: false, speed: 4, quality: { general: 2 } },
  },
};
